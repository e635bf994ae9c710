import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/util/time.ts';
import { candleKey } from '../../../src/market/prices/candle.ts';
import { CandleBook } from '../../../src/page/model/candle-book.ts';
import { candleValue, START } from '../records.ts';

const BTC = { coin: 'btc', quote: 'usdt', source: 'test', window: '10m' };
const tag = (offset: number) => ({ part: 'candles/0', offset });

describe('candles by series', () => {
  test('candles come out by their start, the newest record of each, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 60 }), (starts) => {
        const book = new CandleBook();
        const last = new Map<number, number>();
        for (const [offset, at] of starts.entries()) {
          book.set(candleValue(at * 10, { close: offset }), tag(offset));
          last.set(START + at * 10 * MINUTE, offset);
        }
        const rows = book.rows(BTC);
        expect(rows.map(([start]) => start)).toEqual([...last.keys()].sort((a, b) => a - b));
        expect(new Map(rows.map((row) => [row[0], row[5]]))).toEqual(last);
      }),
    );
  });

  test('a series keeps its newest 10,000 candles', () => {
    const book = new CandleBook();
    for (let at = 0; at < 10_003; at++) book.set(candleValue(at, { window: '1m', minutes: 1 }), tag(at));
    const rows = book.rows({ ...BTC, window: '1m' });
    expect([rows.length, rows[0]![0]]).toEqual([10_000, START + 3 * MINUTE]);
  });

  test('a record that is no candle is left out', () => {
    const book = new CandleBook();
    const values = [
      {},
      { ...candleValue(0), close: 'x' },
      { ...candleValue(0), window_end: '2026' },
      { ...candleValue(0), coin: 1 },
    ];
    for (const value of values) expect(book.set(value, tag(0))).toBeUndefined();
    expect(book.coins()).toEqual([]);
  });

  test('a provisional candle is not final until its last record', () => {
    const book = new CandleBook();
    book.set(candleValue(0, { final: false }), tag(0));
    expect(book.rows(BTC)[0]![7]).toBe(false);
    book.set(candleValue(0), tag(1));
    expect(book.rows(BTC).map((row) => row[7])).toEqual([true]);
  });

  test('a tombstone removes the candle of its key', () => {
    const book = new CandleBook();
    const value = candleValue(0);
    book.set(value, tag(0));
    expect(book.delete('btc|usdt|test|10m|2026-03-02T11:00:00.000Z')).toBeUndefined();
    book.delete(candleKey(value as never));
    expect(book.rows(BTC)).toEqual([]);
  });

  test('markets are listed with those of most candles first, their windows from short to long', () => {
    const book = new CandleBook();
    for (const window of ['1M', '1h', '1m']) book.set(candleValue(0, { window }), tag(0));
    book.set(candleValue(0, { quote: 'eur' }), tag(1));
    expect(book.markets('btc')).toEqual([
      { quote: 'usdt', source: 'test', windows: ['1m', '1h', '1M'] },
      { quote: 'eur', source: 'test', windows: ['10m'] },
    ]);
  });
});

describe('the close at a time', () => {
  const book = new CandleBook();
  book.set(candleValue(0, { close: 1 }), tag(0));
  book.set(candleValue(10, { close: 2 }), tag(1));
  book.set(candleValue(20, { close: 3, window: '1m', minutes: 1 }), tag(2));

  test.each([
    ['a candle that ends right then counts', 10, 1],
    ['a candle that still runs does not count', 19, 1],
    ['the shortest window that has ended counts', 21, 3],
    ['nothing is known before the first candle has ended', 9, null],
  ])('%s', (_, minute, close) => {
    expect(book.closeAt(BTC, START + minute * MINUTE, HOUR)).toBe(close);
  });

  test('a candle that ended too long ago is no price', () => {
    expect(book.closeAt(BTC, START + 21 * MINUTE + HOUR + 1, HOUR)).toBeNull();
  });
});
