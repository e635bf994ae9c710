import { expect, test } from 'vitest';
import { formatTime } from '../../../../src/core/util/time.ts';
import { ReplayGaps } from '../../../../src/sources/bluesky/stream/replay-gaps.ts';

const START = Date.UTC(2026, 10, 28, 10);
const at = (second: number) => START + second * 1000;
const rowsOf = (records: readonly { value: string | null }[]) =>
  records.map(({ value }) => {
    const { from, to, reason, backfilled } = JSON.parse(value!);
    return [(Date.parse(from) - START) / 1000, (Date.parse(to) - START) / 1000, reason, backfilled];
  });

/** A connection that was lost at 10 s. */
function lost() {
  const gaps = new ReplayGaps({ lastSeen: START, open: null });
  gaps.seen(at(10));
  gaps.disconnected('silence');
  return gaps;
}

test('a gap is backfilled once the replay has reached the reconnect', () => {
  const gaps = lost();
  expect(gaps.since).toBe(at(10));
  expect(gaps.replayed(at(10), undefined, at(30))).toEqual([]);
  expect(gaps.reached(at(29))).toEqual([]);
  expect(rowsOf(gaps.reached(at(30)))).toEqual([[10, 30, 'silence', true]]);
  expect(gaps.reached(at(31))).toEqual([]);
});

test('what lies before the first replayed event is missed', () => {
  const gaps = lost();
  expect(rowsOf(gaps.replayed(at(20), at(9), at(30)))).toEqual([[9, 20, 'silence', false]]);
  expect(rowsOf(gaps.reached(at(30)))).toEqual([[20, 30, 'silence', true]]);
});

test('a live stream without a replay misses the whole gap', () => {
  const gaps = lost();
  expect(rowsOf(gaps.replayed(at(31), at(10), at(30)))).toEqual([[10, 31, 'silence', false]]);
  expect(gaps.reached(at(40))).toEqual([]);
});

test('a replay that breaks off leaves one gap, with both reasons', () => {
  const gaps = lost();
  gaps.replayed(at(10), undefined, at(300));
  expect(gaps.reached(at(100))).toEqual([]);
  gaps.seen(at(301));
  gaps.disconnected('closed (1006)');
  gaps.disconnected('closed (1006)');
  expect(gaps.reached(at(400))).toEqual([]);
  const restarted = new ReplayGaps(JSON.parse(JSON.stringify(gaps.state())));
  restarted.replayed(at(100), undefined, at(310));
  expect(rowsOf(restarted.reached(at(310)))).toEqual([[10, 310, 'silence, closed (1006)', true]]);
});

test('what a replay had brought before it broke off is backfilled, what the next one lacks is missed', () => {
  const gaps = lost();
  gaps.replayed(at(10), undefined, at(300));
  gaps.disconnected('restart');
  expect(rowsOf(gaps.replayed(at(200), at(100), at(400)))).toEqual([
    [10, 100, 'silence, restart', true],
    [100, 200, 'silence, restart', false],
  ]);
  expect(formatTime(gaps.since)).toBe(formatTime(at(200)));
});
