import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TradeSequence } from '../../../../src/sources/shared/trades/sequence.ts';
import type { Trade } from '../../../../src/sources/shared/trades/service.ts';
import { idRange } from './harness.ts';

const tradeOf = (id: number): Trade => ({ id, time: id, price: 1, size: 1, side: 'buy', raw: undefined });
const idsOf = (trades: readonly Trade[]): number[] => trades.map(({ id }) => id);

test('a trade ahead is kept until those before it have come', () => {
  const sequence = new TradeSequence({ id: 9, time: 0 });
  expect(idsOf(sequence.take([tradeOf(12), tradeOf(13)], 0))).toEqual([]);
  expect(sequence.missing()).toEqual({ after: { id: 9, time: 0 }, before: 12 });
  expect(idsOf(sequence.take([tradeOf(10), tradeOf(11)], 0))).toEqual([10, 11, 12, 13]);
  expect(sequence.missing()).toBeUndefined();
});

test('an announced id is missing until it has come', () => {
  const sequence = new TradeSequence({ id: 9, time: 5 });
  sequence.announce(9);
  expect(sequence.missing()).toBeUndefined();
  sequence.announce(11);
  expect(sequence.missing()).toEqual({ after: { id: 9, time: 5 }, before: 12 });
});

test('a trade with an invalid time keeps the time of the trade before it', () => {
  const sequence = new TradeSequence({ id: 9, time: 5 });
  sequence.take([{ ...tradeOf(10), time: Number.NaN }], 0);
  expect(sequence.last).toEqual({ id: 10, time: 5 });
});

test('trades that are given up are skipped, and those after them come', () => {
  const sequence = new TradeSequence({ id: 9, time: 0 });
  sequence.take([tradeOf(13)], 0);
  expect(idsOf(sequence.skip(12))).toEqual([]);
  expect(sequence.missing()).toMatchObject({ before: 13 });
  expect(idsOf(sequence.skip(13))).toEqual([13]);
});

test('more trades ahead than the limit are asked for again', () => {
  const sequence = new TradeSequence({ id: 0, time: 0 });
  sequence.take(idRange(2, 30_000).map(tradeOf), 0);
  expect(idsOf(sequence.take([tradeOf(1)], 0))).toEqual(idRange(1, 20_001));
  expect(sequence.missing()).toMatchObject({ after: { id: 20_001 }, before: 30_001 });
});

test('trades that arrive in any order and repeatedly come out once and in order', () => {
  const arrivals = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 120, size: 'max' });
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 7 }), (ids, batch) => {
      const sequence = new TradeSequence({ id: 0, time: 0 });
      const got: number[] = [];
      for (let at = 0; at < ids.length; at += batch)
        got.push(...idsOf(sequence.take(ids.slice(at, at + batch).map(tradeOf), 0)));
      for (let hole = sequence.missing(); hole !== undefined; hole = sequence.missing())
        got.push(...idsOf(sequence.take(idRange(hole.after.id + 1, hole.before - 1).map(tradeOf), 0)));
      expect(got).toEqual(idRange(1, Math.max(0, ...ids)));
    }),
  );
});
