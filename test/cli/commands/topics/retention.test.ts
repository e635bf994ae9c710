import { expect, test } from 'vitest';
import { retention, retentionText } from '../../../../src/cli/commands/topics/retention.ts';

test('a retention is a span, or forever', () => {
  expect(retention.parse('24h')).toEqual({ ms: 86_400_000 });
  expect(retention.parse('forever')).toEqual({ ms: undefined });
  expect(() => retention.parse('10ms')).toThrow('1s or more');
  expect(() => retention.parse('never')).toThrow('not a span');
});

test('a retention is shown as a span, or forever', () => {
  expect([retentionText(90_000), retentionText(undefined)]).toEqual(['1m30s', 'forever']);
});
