import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/util/time.ts';
import { PostsSeen } from '../../../src/sources/bluesky/posts-seen.ts';

const START = Date.UTC(2026, 10, 28, 10, 0, 30);
const rowsOf = (records: readonly { value: string | null }[]) =>
  records.map(({ value }) => {
    const { from, to, posts_seen } = JSON.parse(value!);
    return [from.slice(14, 19), to.slice(14, 19), posts_seen];
  });

test('the count of a minute is written 5 s after the minute ends, and the first count begins with the first post', () => {
  const seen = new PostsSeen();
  for (let second = 0; second < 60; second += 10) seen.add(START + second * 1000);
  expect(seen.due(START + 34_000)).toEqual([]);
  expect(rowsOf(seen.due(START + 35_000))).toEqual([['00:30', '01:00', 3]]);
  expect(rowsOf(seen.due(START + 95_000))).toEqual([['01:00', '02:00', 3]]);
  expect(seen.due(START + 95_000)).toEqual([]);
});

test('missing events end a count, and the next begins after them', () => {
  const seen = new PostsSeen();
  seen.add(START);
  expect(rowsOf(seen.cut(START + 5000, START + 15_000))).toEqual([['00:30', '00:35', 1]]);
  seen.add(START + 15_000);
  expect(rowsOf(seen.due(START + MINUTE))).toEqual([['00:45', '01:00', 1]]);
});

test('whatever the order and the restarts, spans do not overlap and every post counts once', () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ step: fc.nat(40_000), back: fc.nat(8000), restart: fc.boolean() }), {
        size: 'max',
        maxLength: 80,
      }),
      (steps) => {
        let seen = new PostsSeen();
        let time = START;
        const rows: { from: string; to: string; posts_seen: number }[] = [];
        const take = (records: readonly { value: string | null }[]) =>
          rows.push(...records.map(({ value }) => JSON.parse(value!)));
        for (const { step, back, restart } of steps) {
          time += step;
          seen.add(time - back);
          take(seen.due(time));
          if (restart) seen = new PostsSeen(JSON.parse(JSON.stringify(seen.state())));
        }
        take(seen.cut(time + MINUTE, time + MINUTE));
        expect(rows.reduce((sum, { posts_seen }) => sum + posts_seen, 0)).toBe(steps.length);
        expect(new Set(rows.map(({ from }) => from)).size).toBe(rows.length);
        for (const [index, { from, to }] of rows.entries()) {
          expect(from <= to).toBe(true);
          if (index > 0) expect(rows[index - 1]!.to <= from).toBe(true);
        }
      },
    ),
  ));
