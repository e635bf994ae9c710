import { expect, test } from 'vitest';
import { checksJson, checksText, tally } from '../../../src/cli/output/checks.ts';
import type { Check } from '../../../src/core/check.ts';

const checks: Check[] = [
  { severity: 'ok', what: 'broker k1:9092', detail: 'answers' },
  { severity: 'warn', what: 'clock of broker 1', detail: '2s ahead', hint: 'set it' },
  { severity: 'error', what: 'topic prices', detail: 'retention 1m', hint: 'keep it longer' },
];
const pipe = { outIsTerminal: false, env: {} };

test('a pipe gets a plain table, each hint below its check, and the totals', async () => {
  expect(await checksText(checks, pipe)).toBe(
    [
      '       WHAT               FOUND',
      'ok     broker k1:9092     answers',
      'warn   clock of broker 1  2s ahead',
      '       set it',
      'error  topic prices       retention 1m',
      '       keep it longer',
      '',
      '1 ok, 1 warning, 1 error',
      '',
    ].join('\n'),
  );
});

test('the text of a broker cannot move the cursor of a terminal', async () => {
  const hostile: Check = { severity: 'error', what: 'a\u001b[2J', detail: 'b\r\nc', hint: 'd\u0007' };
  expect(await checksText([hostile], pipe)).toContain('error  a [2J  b c\n       d ');
});

test('NO_COLOR turns colors off on a terminal', async () => {
  const text = await checksText(checks, { outIsTerminal: true, env: { NO_COLOR: '1' } });
  expect(text).not.toContain('\u001b');
});

test('JSON output is one array, and a missing hint is null', () => {
  expect(JSON.parse(checksJson(checks))).toEqual([
    { severity: 'ok', what: 'broker k1:9092', detail: 'answers', hint: null },
    { severity: 'warn', what: 'clock of broker 1', detail: '2s ahead', hint: 'set it' },
    { severity: 'error', what: 'topic prices', detail: 'retention 1m', hint: 'keep it longer' },
  ]);
});

test('the totals use singular and plural', () => {
  expect(tally([])).toBe('0 ok, 0 warnings, 0 errors');
});
