import { expect, test } from 'vitest';
import { logger } from '../../../src/cli/output/logger.ts';
import { showStatus, statusLine } from '../../../src/cli/output/status.ts';
import { newStats } from '../../../src/runtime/stage.ts';
import { handClock } from '../fakes.ts';

const none = { in: 0, out: 0 };

test('rates are per second since the last status, over all stages', () => {
  const stats = [
    { ...newStats('a'), in: 3000, out: 100, lag: 7 },
    { ...newStats('b'), in: 1000, out: 50, lag: 5 },
  ];
  expect(statusLine(stats, { in: 1000, out: 50 }, 2000)).toBe('in 1,500/s  out 50/s  lag 12');
});

test('the status shows the smallest watermark, and none before the first record', () => {
  const watermark = Date.parse('2026-03-02T10:15:00Z');
  const later = { ...newStats('a'), watermark: watermark + 60_000 };
  expect(statusLine([later, { ...newStats('b'), watermark }], none, 1000)).toContain(
    'watermark 2026-03-02T10:15:00Z',
  );
  expect(statusLine([{ ...newStats('a'), watermark: Number.MIN_SAFE_INTEGER }], none, 1000)).not.toContain(
    'watermark',
  );
});

test('late and rejected are shown only above zero', () => {
  const stats = { ...newStats('a'), late: 1234, rejected: 2 };
  expect(statusLine([stats], none, 1000)).toMatch(/late 1,234 {2}rejected 2$/);
  expect(statusLine([newStats('a')], none, 1000)).not.toMatch(/late|rejected/);
});

test('rates are zero if no time has passed', () => {
  expect(statusLine([{ ...newStats('a'), in: 5 }], none, 0)).toContain('in 0/s');
});

test('a terminal shows one line, cut to its width, which is cleared at the end', async () => {
  const hand = handClock();
  const written: string[] = [];
  const log = logger({ err: (text) => written.push(text), clock: hand.clock, format: 'text', quiet: false });
  const stats = { ...newStats('a'), in: 10 };
  const hide = showStatus([stats], log, hand.clock, { width: 12 });
  await hand.turn(500);
  stats.in = 30;
  await hand.turn(500);
  hide();
  await hand.turn(500);
  expect(written).toEqual(['\r\u001b[Kin 20/s  ou', '\r\u001b[Kin 40/s  ou', '\r\u001b[K']);
  expect(hand.sleeping()).toBe(0);
});

test('elsewhere the status is a log line every 30 s', async () => {
  const hand = handClock(0);
  const written: string[] = [];
  const log = logger({ err: (text) => written.push(text), clock: hand.clock, format: 'text', quiet: false });
  const hide = showStatus([{ ...newStats('a'), in: 300 }], log, hand.clock, undefined);
  await hand.turn(29_999);
  expect(written).toEqual([]);
  await hand.turn(1);
  expect(written).toEqual(['00:00:30 info  in 10/s  out 0/s  lag 0\n']);
  hide();
});
