import { expect, test } from 'vitest';
import { logger } from '../../../src/cli/output/logger.ts';
import { showStatus, statusLine, totalsLine } from '../../../src/cli/output/status.ts';
import { newStats } from '../../../src/runtime/stage.ts';
import { handClock } from '../fakes.ts';

const from0 = { before: { in: 0, out: 0 }, elapsed: 1000, isBounded: false };

test('the status has totals and rates per second since the last one, over all stages', () => {
  const stats = [
    { ...newStats('a'), in: 3000, out: 100, lag: { prices: 4, gaps: 3 } },
    { ...newStats('b'), in: 1000, out: 50, lag: { tweets: 5 } },
  ];
  expect(statusLine(stats, { before: { in: 1000, out: 50 }, elapsed: 2000, isBounded: false })).toBe(
    'in 4,000 (1,500/s)  out 150 (50/s)  lag 12',
  );
});

test('a run that will end shows the share that is done and the time left', () => {
  const stats = [{ ...newStats('a'), in: 3000, lag: { prices: 1000 } }];
  const span = { before: { in: 2900, out: 0 }, elapsed: 1000, isBounded: true };
  expect(statusLine(stats, span)).toMatch(/^75% done, 10s left {2}in 3,000/);
  expect(statusLine(stats, { ...span, before: { in: 3000, out: 0 } })).toMatch(/^75% done {2}in/);
  expect(statusLine([{ ...newStats('a'), in: 3000 }], span)).toMatch(/^in 3,000/);
});

test('the status shows the smallest watermark, and none before the first record', () => {
  const watermark = Date.parse('2026-03-02T10:15:00Z');
  const later = { ...newStats('a'), watermark: watermark + 60_000 };
  expect(statusLine([later, { ...newStats('b'), watermark }], from0)).toContain(
    'watermark 2026-03-02T10:15:00Z',
  );
  expect(statusLine([{ ...newStats('a'), watermark: Number.MIN_SAFE_INTEGER }], from0)).not.toContain(
    'watermark',
  );
});

test('late and rejected are shown only above zero', () => {
  const stats = { ...newStats('a'), late: 1234, rejected: 2 };
  expect(statusLine([stats], from0)).toMatch(/late 1,234 {2}rejected 2$/);
  expect(statusLine([newStats('a')], from0)).not.toMatch(/late|rejected/);
});

test('rates are zero if no time has passed', () => {
  expect(statusLine([{ ...newStats('a'), in: 5 }], { ...from0, elapsed: 0 })).toContain('in 5 (0/s)');
});

test('the last line of a run has its totals', () => {
  expect(totalsLine([{ ...newStats('a'), in: 1, out: 3 }])).toBe('1 record read, 3 written');
  expect(totalsLine([{ ...newStats('a'), in: 2000, out: 3, late: 4, rejected: 5 }])).toBe(
    '2,000 records read, 3 written, 4 late, 5 rejected',
  );
});

test('a terminal shows one line, cut to its width, which is cleared at the end', async () => {
  const hand = handClock();
  const written: string[] = [];
  const log = logger({ err: (text) => written.push(text), clock: hand.clock, format: 'text', quiet: false });
  const stats = { ...newStats('a'), in: 10 };
  const hide = showStatus([stats], log, hand.clock, { terminal: { width: 13 }, isBounded: false });
  await hand.turn(500);
  stats.in = 30;
  await hand.turn(500);
  hide();
  await hand.turn(500);
  expect(written).toEqual(['\r\u001b[Kin 10 (20/s)', '\r\u001b[Kin 30 (40/s)', '\r\u001b[K']);
  expect(hand.sleeping()).toBe(0);
});

test('a pipe sees a log line after 5 s, then every 30 s only if something changed', async () => {
  const hand = handClock(0);
  const written: string[] = [];
  const log = logger({ err: (text) => written.push(text), clock: hand.clock, format: 'text', quiet: false });
  const stats = { ...newStats('a'), in: 300 };
  const hide = showStatus([stats], log, hand.clock, { terminal: undefined, isBounded: false });
  await hand.turn(4999);
  expect(written).toEqual([]);
  await hand.turn(1);
  expect(written).toEqual(['00:00:05 info  in 300 (60/s)  out 0 (0/s)  lag 0\n']);
  await hand.turn(30_000);
  expect(written).toHaveLength(1);
  stats.in = 600;
  await hand.turn(30_000);
  expect(written[1]).toBe('00:01:05 info  in 600 (10/s)  out 0 (0/s)  lag 0\n');
  hide();
});
