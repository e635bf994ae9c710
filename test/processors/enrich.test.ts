import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../src/core/stream/record.ts';
import { enrich } from '../../src/processors/enrich.ts';
import { at, type Driver, iso, runLogic } from './driver.ts';

const post = (id: string, second: number, more: object = {}) => ({
  id,
  created_at: iso(second),
  coin: 'btc',
  tag: 'btc',
  text: 'bitcoin',
  ...more,
});
const price = (second: number, value: number, more: object = {}) => ({
  coin: 'btc',
  quote: 'usdt',
  price: value,
  time: iso(second),
  source: 'kraken',
  ...more,
});
const bar = (end: number, close: number, more: object = {}) => ({
  source: 'kraken',
  base: 'btc',
  quote: 'usdt',
  open: close,
  high: close,
  low: close,
  close,
  start: iso(end - 60),
  end: iso(end),
  final: true,
  ...more,
});

interface Row {
  readonly id: string;
  readonly price: number | null;
  readonly price_quote: string | null;
  readonly price_source: string | null;
  readonly price_time: string | null;
  readonly price_age_ms: number | null;
  readonly price_reason: string | null;
}
const rows = (driver: Driver) => driver.outputs.map(({ value }) => value as Row);
/** Each post's price, or the reason why it has none. */
const prices = (driver: Driver) =>
  rows(driver).map(({ id, price, price_reason }) => [id, price ?? price_reason]);
const run = (settings: Parameters<typeof runLogic<typeof enrich.options>>[1] = {}) =>
  runLogic(enrich, settings);

describe('enrich', () => {
  test('a post leaves with the newest price at or before it, its source, time and age', () => {
    const driver = run();
    driver.accept('prices', price(0, 100));
    driver.accept('prices', price(8, 101));
    driver.accept('tweets-processed', post('1', 10, { sentiment_score: 0.5 }));
    driver.accept('prices', price(12, 102));
    expect(driver.outputs).toEqual([]);
    driver.accept('prices', price(41, 103));
    expect(driver.outputs).toEqual([
      {
        key: '1',
        partitionKey: 'btc',
        value: {
          ...post('1', 10, { sentiment_score: 0.5 }),
          price: 101,
          price_quote: 'usdt',
          price_source: 'kraken',
          price_time: iso(8),
          price_age_ms: 2000,
          price_reason: null,
          revision: 1,
        },
      },
    ]);
  });

  test('a price counts at the millisecond of the post, and not one later', () => {
    for (const [millis, expected] of [
      [-1, 2],
      [0, 2],
      [1, 1],
    ] as const) {
      const driver = run();
      driver.accept('prices', price(0, 1));
      driver.accept('tweets-processed', post('1', 10));
      driver.accept('prices', price(10 + millis / 1000, 2));
      driver.finish('all');
      expect(prices(driver)).toEqual([['1', expected]]);
    }
  });

  test('a post waits until the watermark is one millisecond past it', () => {
    for (const [millis, isOut] of [
      [-1, false],
      [0, false],
      [1, true],
    ] as const) {
      const driver = run();
      driver.accept('prices', price(0, 1));
      driver.accept('tweets-processed', post('1', 10));
      driver.accept('prices', price(40 + millis / 1000, 2));
      expect(driver.outputs).toHaveLength(isOut ? 1 : 0);
    }
  });

  test('a price of exactly --max-age counts, one millisecond more does not', () => {
    for (const [millis, expected] of [
      [-1, 1],
      [0, 1],
      [1, 'no price within 1m'],
    ] as const) {
      const driver = run({ maxAge: 60_000 });
      driver.accept('prices', price(0, 1));
      driver.accept('tweets-processed', post('1', 60 + millis / 1000));
      driver.finish('all');
      expect(prices(driver)).toEqual([['1', expected]]);
    }
  });

  test('a price within the lateness replaces an older one, whatever the order of arrival', () => {
    const driver = run();
    driver.accept('tweets-processed', post('1', 10));
    for (const [second, value] of [
      [0, 1],
      [30, 3],
      [9, 2],
    ] as const)
      driver.accept('prices', price(second, value));
    driver.accept('prices', price(60, 4));
    expect(prices(driver)).toEqual([['1', 2]]);
    expect(driver.late).toEqual([]);
  });

  test('a price that comes after a post left that it would have served is late', () => {
    for (const [millis, late] of [
      [-1, ['a post that it would have served had left, by 31002 ms']],
      [0, ['a post that it would have served had left, by 31001 ms']],
      [1, []],
    ] as const) {
      const driver = run();
      driver.accept('prices', price(0, 1));
      driver.accept('tweets-processed', post('1', 10));
      driver.accept('prices', price(41.001, 2));
      driver.accept('prices', price(10 + millis / 1000, 3));
      expect(driver.late).toEqual(late);
    }
  });

  test('a price older than the --max-age of every post that left is not late', () => {
    for (const [millis, late] of [
      [-1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const driver = run({ maxAge: 5000 });
      driver.accept('prices', price(0, 1));
      driver.accept('tweets-processed', post('1', 10));
      driver.accept('prices', price(60, 2));
      driver.accept('prices', price(5 + millis / 1000, 3));
      expect(driver.late).toHaveLength(late);
    }
  });

  test('a late price serves the posts that have not left', () => {
    const driver = run();
    driver.accept('prices', price(0, 1));
    driver.accept('tweets-processed', post('1', 10));
    driver.accept('prices', price(41.001, 2));
    driver.accept('prices', price(9, 3));
    driver.accept('tweets-processed', post('2', 8.999));
    driver.accept('tweets-processed', post('3', 9));
    expect(prices(driver)).toEqual([
      ['1', 1],
      ['2', 1],
      ['3', 3],
    ]);
  });

  test('history older than what came before it is not late, and gives its posts their prices', () => {
    const driver = run();
    driver.accept('prices', price(90_000, 9));
    driver.accept('tweets-processed', post('new', 90_001));
    driver.accept('prices', price(90_100, 9));
    for (const second of [0, 60, 120]) {
      driver.accept('prices', price(second, second + 1));
      driver.accept('tweets-processed', post(`${second}`, second + 30));
    }
    expect(driver.late).toEqual([]);
    expect(prices(driver)).toEqual([
      ['new', 9],
      ['0', 1],
      ['60', 61],
      ['120', 121],
    ]);
  });

  test('a price that comes after its posts left without one is late', () => {
    const driver = run();
    driver.accept('tweets-processed', post('1', 10));
    driver.finish('clock', at(0));
    driver.restart();
    for (const second of [-590.001, -590, 10, 10.001]) driver.accept('prices', price(second, 1));
    expect(prices(driver)).toEqual([['1', 'no price source']]);
    expect(driver.late).toHaveLength(2);
  });

  test("a bar's close counts from its end", () => {
    for (const [millis, expected] of [
      [-1, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const driver = run();
      driver.accept('bars-file', bar(0, 1));
      driver.accept('bars-file', bar(60, 2));
      driver.accept('tweets-processed', post('1', 60 + millis / 1000));
      driver.accept('bars-file', bar(120, 3));
      expect(prices(driver)).toEqual([['1', expected]]);
    }
  });

  test('a bar that is not final, that comes again, or is the close beside a market cap is dropped', () => {
    const driver = run();
    driver.accept('bars-file', bar(60, 2, { final: false }));
    driver.accept('bars-file', bar(60, 2));
    driver.accept('bars-file', bar(60, 2));
    driver.accept('prices', price(59.999, 2, { bar: '1m', market_cap: 5 }));
    expect(driver.drops).toEqual(['bar is not final', 'repeat', 'close of a bar, beside a market cap']);
  });

  test('a corrected bar counts for posts that wait', () => {
    const driver = run();
    driver.accept('bars-file', bar(60, 2));
    driver.accept('tweets-processed', post('1', 61));
    driver.accept('bars-file', bar(60, 3));
    driver.finish('all');
    expect(prices(driver)).toEqual([['1', 3]]);
  });

  test('ticks of a source come before its bars', () => {
    const driver = run();
    driver.accept('bars-file', bar(60, 2));
    driver.accept('prices', price(59, 3));
    driver.accept('tweets-processed', post('1', 61));
    driver.finish('all');
    expect(prices(driver)).toEqual([['1', 3]]);
  });

  test('dollar prices come first, then the other currencies by name', () => {
    const quotes = ['tmn', 'aed', 'eur', 'usd', 'usdt'];
    for (const left of [5, 4, 3, 2, 1]) {
      const driver = run();
      for (const quote of quotes.slice(0, left)) driver.accept('prices', price(0, 1, { quote }));
      driver.accept('tweets-processed', post('1', 1));
      driver.finish('all');
      const expected = { 5: 'usdt', 4: 'usd', 3: 'eur', 2: 'aed', 1: 'tmn' }[left];
      expect(rows(driver)[0]!.price_quote).toBe(expected);
    }
  });

  test('--price-quote names the only currencies, the preferred first', () => {
    const driver = run({ prices: ['tmn', 'eur'] });
    for (const [quote, second] of [
      ['usdt', 100],
      ['eur', 100],
      ['tmn', 0],
    ] as const)
      driver.accept('prices', price(second, 1, { quote }));
    for (const second of [50, 601]) driver.accept('tweets-processed', post(`${second}`, second));
    driver.accept('tweets-processed', post('eth', 0, { coin: 'eth', tag: 'eth' }));
    driver.finish('all');
    expect(rows(driver).map(({ id, price_quote }) => [id, price_quote])).toEqual([
      ['50', 'tmn'],
      ['601', 'eur'],
      ['eth', null],
    ]);
    expect(driver.drops).toEqual(['other quote currency']);
  });

  test('--prefer names the sources to take, the others follow by their delay', () => {
    const sources = ['file', 'coinmarketcap', 'wallex'];
    for (const [prefer, expected] of [
      [[], 'wallex'],
      [['file'], 'file'],
      [['kraken', 'coinmarketcap'], 'coinmarketcap'],
    ] as const) {
      const driver = run({ prefer });
      for (const source of sources) driver.accept('prices', price(0, 1, { source }));
      driver.accept('tweets-processed', post('1', 1));
      driver.finish('all');
      expect(rows(driver)[0]!.price_source).toBe(expected);
    }
  });

  test('a post waits for no source behind the one it takes', () => {
    const driver = run({ prefer: ['kraken'] });
    driver.accept('prices', price(0, 1));
    driver.accept('prices', price(0, 2, { source: 'slow' }));
    driver.accept('tweets-processed', post('1', 1));
    driver.accept('prices', price(32, 3));
    expect(prices(driver)).toEqual([['1', 1]]);
  });

  test('a post takes the next source when the preferred one has no price within --max-age', () => {
    const driver = run({ prefer: ['kraken'], sourceLag: { kraken: 0, slow: 0 } });
    driver.accept('prices', price(0, 1));
    driver.accept('prices', price(599, 2, { source: 'slow' }));
    driver.accept('tweets-processed', post('1', 601));
    driver.accept('prices', price(632, 3));
    expect(prices(driver)).toEqual([]);
    driver.accept('prices', price(632, 4, { source: 'slow' }));
    expect(prices(driver)).toEqual([['1', 2]]);
  });

  test('a post about no coin leaves at once', () => {
    const driver = run();
    driver.accept('tweets-processed', post('1', 0, { coin: null, tag: 'elections' }));
    expect(prices(driver)).toEqual([['1', 'not about a coin']]);
    expect(driver.outputs[0]!.partitionKey).toBe('elections');
  });

  test('a deleted post leaves no row, and its tombstone travels on', () => {
    const driver = run();
    driver.accept('tweets-processed', post('7', 0));
    driver.restart();
    driver.accept('tweets-processed', null, '7');
    driver.accept('tweets-processed', null, '8');
    driver.finish('all');
    expect(driver.outputs).toEqual([
      { key: '7', partitionKey: null, value: null },
      { key: '8', partitionKey: null, value: null },
    ]);
    expect(driver.drops).toEqual(['deleted']);
  });

  test('an unusable record is rejected before any output', () => {
    const driver = run();
    const posts = [[], post('1', 0, { id: 7 }), post('1', 0, { tag: '' }), post('1', 0, { coin: {} })];
    for (const broken of [...posts, post('1', 0, { created_at: 'soon' })])
      expect(() => driver.accept('tweets-processed', broken)).toThrow(InvalidRecord);
    for (const broken of [null, [], price(0, -1), price(0, 1, { time: 'soon' })])
      expect(() => driver.accept('prices', broken)).toThrow(InvalidRecord);
    expect(() => driver.accept('bars-file', bar(0, 0))).toThrow(InvalidRecord);
    expect(driver.outputs).toEqual([]);
  });

  test('inputs are merged by the time in their values', () => {
    const times = enrich.inputs.map(({ topic, time }) => [topic, time] as const);
    for (const [topic, time] of times) {
      const value =
        topic === 'prices' ? price(5, 1) : topic === 'tweets-processed' ? post('1', 5) : bar(5, 1);
      expect(time(value)).toBe(at(5));
      for (const without of [null, 5, {}, { created_at: 7, time: 'soon', end: 7 }])
        expect(time(without)).toBeNaN();
    }
  });

  const records = fc.array(
    fc.record({
      kind: fc.constantFrom('post', 'post', 'tick', 'tick', 'bar', 'deletion'),
      coin: fc.constantFrom('btc', 'eth'),
      quote: fc.constantFrom('usdt', 'tmn'),
      source: fc.constantFrom('file', 'kraken'),
      second: fc.nat(400),
      isRestart: fc.boolean(),
    }),
    { maxLength: 80, size: 'max' },
  );

  test('every record is counted once: posts leave or are deleted, prices are used, late or dropped', () => {
    fc.assert(
      fc.property(records, (all) => {
        const driver = run({ maxAge: 60_000, prices: ['usdt'] });
        const count = (...kinds: string[]) => all.filter(({ kind }) => kinds.includes(kind)).length;
        for (const [at, { kind, coin, quote, source, second, isRestart }] of all.entries()) {
          if (kind === 'post') driver.accept('tweets-processed', post(`${at}`, second, { coin, tag: coin }));
          if (kind === 'deletion') driver.accept('tweets-processed', null, `${at - 1}`);
          if (kind === 'tick') driver.accept('prices', price(second, at + 1, { coin, quote, source }));
          if (kind === 'bar') driver.accept('bars-file', bar(second, at + 1, { base: coin, quote, source }));
          if (isRestart) driver.restart();
        }
        driver.finish('all');
        const deleted = driver.drops.filter((reason) => reason === 'deleted').length;
        const left = rows(driver).filter((row) => row !== null);
        expect(left.length + deleted).toBe(count('post'));
        expect(driver.outputs.length - left.length).toBe(count('deletion'));
        expect(driver.late.length + driver.drops.length).toBeLessThanOrEqual(
          count('tick', 'bar', 'deletion'),
        );
        for (const { price_age_ms, price_quote, price: value, price_reason } of left) {
          expect((price_age_ms ?? 0) >= 0 && (price_age_ms ?? 0) <= 60_000).toBe(true);
          expect(value === null).toBe(price_reason !== null);
          expect(price_quote ?? 'usdt').toBe('usdt');
        }
      }),
      { numRuns: 100 },
    );
  });

  test('a price in order of time is the newest before each post, whatever else is in the stream', () => {
    fc.assert(
      fc.property(records, (all) => {
        const driver = run({ maxAge: 60_000 });
        const inOrder = all
          .filter(({ kind }) => kind === 'post' || kind === 'tick')
          .map((record, at) => ({ ...record, at, second: record.second + at / 1000 }))
          .sort((a, b) => a.second - b.second);
        for (const { kind, coin, second, at: id } of inOrder)
          if (kind === 'post') driver.accept('tweets-processed', post(`${id}`, second, { coin, tag: coin }));
          else driver.accept('prices', price(second, id + 1, { coin }));
        driver.finish('all');
        const expected = inOrder.flatMap((one) => {
          const before = inOrder.findLast(
            ({ kind, coin, second }) => kind === 'tick' && coin === one.coin && second <= one.second,
          );
          const isYoung = before !== undefined && before.second >= one.second - 60;
          return one.kind === 'post' ? [[`${one.at}`, isYoung ? before.at + 1 : null]] : [];
        });
        const actual = rows(driver).map(({ id, price: value }) => [id, value]);
        expect(new Map(actual as [string, unknown][])).toEqual(new Map(expected as [string, unknown][]));
        expect(driver.late).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
