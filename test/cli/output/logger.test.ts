import { expect, test } from 'vitest';
import { logger } from '../../../src/cli/output/logger.ts';
import { handClock } from '../fakes.ts';

function setUp(format: 'text' | 'json', quiet = false) {
  const written: string[] = [];
  const { clock } = handClock(Date.parse('2026-03-02T12:03:04.567Z'));
  return { log: logger({ err: (text) => written.push(text), clock, format, quiet }), written };
}

test('text log lines show the time in UTC and the level', () => {
  const { log, written } = setUp('text');
  log.info('hello');
  log.warn('careful');
  expect(written).toEqual(['12:03:04 info  hello\n', '12:03:04 warn  careful\n']);
});

test('JSON log lines are one object each', () => {
  const { log, written } = setUp('json');
  log.warn('two\nlines');
  expect(written).toHaveLength(1);
  expect(written[0]!.trimEnd()).not.toContain('\n');
  expect(JSON.parse(written[0]!)).toEqual({
    time: '2026-03-02T12:03:04.567Z',
    level: 'warn',
    message: 'two\nlines',
  });
});

test('--quiet still logs warnings', () => {
  const { log, written } = setUp('text', true);
  log.info('hello');
  log.warn('careful');
  expect(written).toEqual(['12:03:04 warn  careful\n']);
});

test('a message is printed above the status line', () => {
  const { log, written } = setUp('text');
  log.status('in 5/s');
  log.info('hello');
  log.status('');
  expect(written).toEqual(['\r\u001b[Kin 5/s', '\r\u001b[K12:03:04 info  hello\nin 5/s', '\r\u001b[K']);
});

test('the text of a service stays on one line: it cannot forge a line or send an escape to the terminal', () => {
  const { log, written } = setUp('text');
  log.warn('X says \u001b[2Jno\r\n12:00:00 info  all is well\u009b');
  log.status('x: \u001b[31mred');
  expect(written).toEqual([
    '12:03:04 warn  X says  [2Jno 12:00:00 info  all is well \n',
    '\r\u001b[Kx:  [31mred',
  ]);
});
