import { describe, expect, test } from 'vitest';
import { usageError } from '../../../src/cli/args/usage.ts';
import { exitCode, report } from '../../../src/cli/output/report.ts';
import { type ErrorCode, UserError } from '../../../src/core/errors.ts';

test.each<[ErrorCode, number]>([
  ['usage', 2],
  ['locked', 3],
  ['fenced', 1],
  ['damaged', 1],
  ['unavailable', 1],
  ['disk-full', 1],
  ['failed', 1],
])('%s exits %i', (code, exit) => {
  expect(exitCode(new UserError(code, 'x', 'y'))).toBe(exit);
});

test('any other error exits 1', () => {
  expect(exitCode(new Error('x'))).toBe(1);
  expect(exitCode('x')).toBe(1);
  expect(exitCode(undefined)).toBe(1);
});

describe('the error report', () => {
  test('the error report shows the message, then the hint', () => {
    const error = new UserError('locked', 'candles is being run by process 7', 'Wait until it has ended.');
    expect(report(error)).toBe('cryptopipe: candles is being run by process 7\nWait until it has ended.\n');
  });

  test('the error report contains no control characters, bidi or color', () => {
    const hostile = 'a\u001b[31mb\u009bc\u202ed\u2066e';
    const error = new UserError('failed', hostile, `Mend ${hostile}.`);
    error.stack = `at ${hostile}\nat ${hostile}`;
    const text = report(error, true);
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
    expect(text.split('\n')).toHaveLength(5);
  });

  test('the error report shows each complaint on a line', () => {
    const error = usageError(
      [
        { about: 'a', text: 'first' },
        { about: 'b', text: 'second' },
      ],
      'topics tail',
    );
    expect(report(error)).toBe("cryptopipe:\n  first\n  second\nSee 'cryptopipe topics tail --help'.\n");
  });

  test('the error report recognizes system errors by their code', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(report(full)).toContain('Free some disk space');
    expect(report(Object.assign(new Error('EACCES: x'), { code: 'EACCES' }))).toContain('permissions');
  });

  test('the error report hides the credentials of a URL, even in the trace', () => {
    const error = new Error('kafka://user:hunter2@h:9092 is gone', { cause: new Error('x://hunter2@y') });
    expect(report(error, true)).toContain('kafka://***@h:9092 is gone');
    expect(report(error, true)).not.toContain('hunter2');
  });

  test('the error report shows the stack trace only on request', () => {
    const error = new Error('boom', { cause: new Error('deeper') });
    expect(report(error)).not.toContain('report.test');
    expect(report(error, true)).toContain('report.test');
    expect(report(error, true)).toContain('deeper');
  });
});

test('the text of a service cannot move the cursor', () => {
  expect(report(new UserError('failed', 'X says \u001b[2Jno\r', 'Wait.'))).toBe(
    'cryptopipe: X says  [2Jno \nWait.\n',
  );
});
