import { expect, test } from 'vitest';
import { jsonLine, textLine } from '../../../../src/cli/commands/topics/format.ts';

const record = {
  topic: 'tweets',
  partition: 2,
  offset: 7,
  timestamp: Date.UTC(2026, 2, 2, 10, 15, 22),
  key: 'k',
  value: '{"id":1790000000000000001,\n"a":"é"}',
  headers: { schema: 'tweet/1' },
};

test('a JSON line has the value as written: no number is rounded', () => {
  const line = jsonLine(record);
  expect(line).toBe(
    '{"topic":"tweets","partition":2,"offset":7,"timestamp":"2026-03-02T10:15:22.000Z","key":"k",' +
      '"headers":{"schema":"tweet/1"},"value":{"id":1790000000000000001, "a":"é"}}',
  );
  expect(() => JSON.parse(line)).not.toThrow();
});

test('a tombstone is null, and a value that is not JSON is a string', () => {
  expect(JSON.parse(jsonLine({ ...record, value: null, key: null }))).toMatchObject({
    value: null,
    key: null,
  });
  expect(JSON.parse(jsonLine({ ...record, value: 'not\n"json' }))).toMatchObject({ value: 'not\n"json' });
});

test('a raw text line is unescaped', () => {
  expect(textLine({ ...record, key: 'a\u001b[31m', value: 'x\u202ey\u009b' }, true)).toBe(
    '2026-03-02T10:15:22.000Z  2/7  a\u001b[31m  x\u202ey\u009b',
  );
});

test('a text line cannot change the order of what the terminal shows', () => {
  expect(textLine({ ...record, key: '\u2066a\u2069', value: 'x\u202ey\u2028z' })).toMatch(/ {3}a {3}x y z$/);
});

test('a text line cannot control the terminal', () => {
  const line = textLine({ ...record, key: 'a\u001b[31m', value: 'x\ny\u009b' });
  expect(line).toBe('2026-03-02T10:15:22.000Z  2/7  a [31m  x y ');
  expect(textLine({ ...record, value: null })).toMatch(/ {2}k {2}\(deleted\)$/);
});
