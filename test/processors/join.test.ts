import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../src/core/stream/record.ts';
import type { Price } from '../../src/market/prices/price.ts';
import { join } from '../../src/processors/join.ts';
import { at, type Driver, iso, runLogic } from './driver.ts';
import { coinMarketCap, merged, type Polled, wallex } from './feeds.ts';

const quote = (second: number, price: number, more: object = {}) => ({
  source: 'coinmarketcap',
  base: 'btc',
  quote: 'usdt',
  price,
  last_updated: iso(second),
  ...more,
});
const rate = (second: number, price: number, more: object = {}) => ({
  source: 'wallex',
  base: 'usdt',
  quote: 'tmn',
  price,
  last_updated: iso(second),
  ...more,
});

const rows = (driver: Driver) => driver.outputs.map(({ value }) => value as Price);
const converted = (driver: Driver) => rows(driver).filter(({ fx_price }) => fx_price !== undefined);
const passed = (driver: Driver) => rows(driver).filter(({ fx_price }) => fx_price === undefined);
const feed = (driver: Driver, records: readonly Polled[]) => {
  for (const record of records) driver.accept(record.topic, record.quote);
};
const sorted = (prices: readonly Price[]) => prices.map((price) => JSON.stringify(price)).sort();

/** The seed's join, by definition: every quote with every rate of its currency within the tolerance. */
function bruteForce(records: readonly Polled[]): Price[] {
  const rates = records.filter(({ topic }) => topic === 'prices-wallex');
  return records
    .filter(({ topic }) => topic !== 'prices-wallex')
    .flatMap((q) =>
      rates
        .filter(
          (r) => r.time + 30_000 > q.time && r.time - 30_000 <= q.time && r.quote.base === q.quote.quote,
        )
        .map((r) => ({
          coin: q.quote.base,
          quote: r.quote.quote,
          price: q.quote.price * r.quote.price,
          time: r.quote.last_updated,
          source: 'coinmarketcap',
          market_cap: q.quote.market_cap! * r.quote.price,
          fx_base: r.quote.base,
          fx_price: r.quote.price,
          fx_source: 'wallex',
          fx_time: r.quote.last_updated,
          skew_ms: q.time - r.time,
          partition_date: r.quote.last_updated.slice(0, 10),
        })),
    );
}

describe('join', () => {
  test('a quote is emitted as is, and converted at the time of its rate', () => {
    const driver = runLogic(join);
    driver.accept('prices-wallex', rate(-10, 112_331));
    driver.accept(
      'prices-coinmarketcap',
      quote(0, 68_412.55, { market_cap: 1_367_566_874_500, cmc_rank: 1 }),
    );
    driver.accept('prices-wallex', rate(50, 112_400));
    expect(driver.outputs).toEqual([
      {
        key: `usdt|tmn|${iso(-10)}`,
        partitionKey: 'usdt',
        value: { coin: 'usdt', quote: 'tmn', price: 112_331, time: iso(-10), source: 'wallex' },
      },
      {
        key: `btc|usdt|${iso(0)}`,
        partitionKey: 'btc',
        value: {
          coin: 'btc',
          quote: 'usdt',
          price: 68_412.55,
          time: iso(0),
          source: 'coinmarketcap',
          market_cap: 1_367_566_874_500,
        },
      },
      {
        key: `usdt|tmn|${iso(50)}`,
        partitionKey: 'usdt',
        value: { coin: 'usdt', quote: 'tmn', price: 112_400, time: iso(50), source: 'wallex' },
      },
      {
        key: `btc|tmn|${iso(-10)}`,
        partitionKey: 'btc',
        value: {
          coin: 'btc',
          quote: 'tmn',
          price: 68_412.55 * 112_331,
          time: iso(-10),
          source: 'coinmarketcap',
          market_cap: 1_367_566_874_500 * 112_331,
          fx_base: 'usdt',
          fx_price: 112_331,
          fx_source: 'wallex',
          fx_time: iso(-10),
          skew_ms: 10_000,
          partition_date: '2026-03-02',
        },
      },
    ]);
  });

  test('prices and caps keep 64 bits', () => {
    const driver = runLogic(join, { joinMode: 'all' });
    driver.accept('prices-wallex', rate(0, 112_331.5));
    driver.accept('prices-coinmarketcap', quote(0, 68_412.55, { market_cap: 1_267_566_874_501 }));
    const [price] = converted(driver);
    expect(price!.price).toBe(68_412.55 * 112_331.5);
    expect(price!.market_cap! / price!.fx_price!).toBe(1_267_566_874_501);
    expect(Math.abs(Math.fround(1_267_566_874_501) - 1_267_566_874_501)).toBeGreaterThan(10_000);
    expect(Math.fround(price!.price)).not.toBe(price!.price);
  });

  test('a skew of -30 s matches, +30 s does not', () => {
    for (const [second, joined] of [
      [-30, 0],
      [-29.999, 1],
      [0, 1],
      [30, 1],
      [30.001, 0],
    ] as const) {
      const driver = runLogic(join, { joinMode: 'all' });
      driver.accept('prices-coinmarketcap', quote(0, 2));
      driver.accept('prices-wallex', rate(second, 3));
      expect(converted(driver)).toHaveLength(joined);
    }
  });

  test('partition_date is the UTC day of the rate, whatever offset a time was written with', () => {
    const driver = runLogic(join, { joinMode: 'all' });
    driver.accept('prices-coinmarketcap', { ...quote(0, 2), last_updated: '2026-03-03T03:30:10+03:30' });
    driver.accept('prices-wallex', { ...rate(0, 3), last_updated: '2026-03-02T18:59:55-05:00' });
    expect(converted(driver)).toMatchObject([
      { time: '2026-03-02T23:59:55.000Z', partition_date: '2026-03-02', skew_ms: 15_000 },
    ]);
    expect(passed(driver)[0]!.time).toBe('2026-03-03T00:00:10.000Z');
  });

  test('a quote is converted into every currency that has a rate from its own', () => {
    const driver = runLogic(join);
    driver.accept('prices-wallex', rate(0, 100));
    driver.accept('prices-wallex', rate(5, 0.9, { quote: 'eur' }));
    driver.accept('prices-wallex', rate(5, 7, { base: 'btc', quote: 'tmn' }));
    driver.accept('prices-file', quote(0, 2, { source: 'file', base: 'eth' }));
    driver.accept('prices-file', quote(0, 0.05, { source: 'file', base: 'eth', quote: 'btc' }));
    driver.finish('all');
    expect(converted(driver).map(({ coin, quote, price }) => [coin, quote, price])).toEqual([
      ['eth', 'tmn', 0.05 * 7],
      ['eth', 'eur', 2 * 0.9],
      ['eth', 'tmn', 200],
    ]);
    expect(passed(driver)).toHaveLength(5);
  });

  test('a repeated quote is emitted once, and so is a repeated rate', () => {
    const driver = runLogic(join);
    for (const _ of [1, 2]) {
      driver.accept('prices-coinmarketcap', quote(0, 2));
      driver.accept('prices-wallex', rate(0, 3));
    }
    driver.finish('all');
    expect(driver.drops).toEqual(['repeat', 'repeat']);
    expect(passed(driver)).toHaveLength(2);
    expect(converted(driver)).toHaveLength(1);
  });

  test('different prices of one instant are not repeats', () => {
    const driver = runLogic(join);
    for (const price of [5, 9, 4, 5]) driver.accept('prices-file', quote(0, price, { source: 'file' }));
    expect(driver.drops).toEqual([]);
    expect(passed(driver).map(({ price }) => price)).toEqual([5, 9, 4, 5]);
  });

  test('a quote is late only if it is more than --keep behind its own pair', () => {
    const driver = runLogic(join, { joinMode: 'all' });
    driver.accept('prices-wallex', rate(-1, 3));
    driver.accept('prices-coinmarketcap', quote(600, 2));
    driver.accept('prices-coinmarketcap', quote(-1, 2));
    expect(driver.late).toEqual(['more than 10m (--keep) behind its pair, by 1000 ms']);
    expect(rows(driver)).toHaveLength(2);
  });

  test('history without rates passes on, however old it is', () => {
    const driver = runLogic(join);
    for (const second of [90_000, 0, 5, 80_000]) driver.accept('prices-file', quote(second, second + 1));
    expect([passed(driver).map(({ price }) => price), driver.late]).toEqual([[90_001, 1, 6, 80_001], []]);
  });

  test('a month of history of one coin makes no other coin late', () => {
    const driver = runLogic(join);
    for (const base of ['btc', 'eth'])
      for (let second = 0; second < 30 * 86_400; second += 3600)
        driver.accept('prices-file', quote(second, 2, { source: 'file', base }));
    expect(driver.late).toEqual([]);
    expect(passed(driver)).toHaveLength(2 * 30 * 24);
    expect(driver.stored().size).toBe(2);
  });

  test('an unusable record is rejected before any output', () => {
    const driver = runLogic(join);
    for (const broken of [
      null,
      [],
      quote(0, -1),
      quote(0, Number.NaN),
      rate(0, 1, { price: '-' }),
      rate(0, 1, { base: 7 }),
    ])
      expect(() => driver.accept('prices-wallex', broken)).toThrow(InvalidRecord);
    expect(() => driver.accept('prices-file', { ...quote(0, 1), last_updated: 'soon' })).toThrow(
      InvalidRecord,
    );
    expect(driver.outputs).toEqual([]);
  });

  test('inputs are merged by the time in their values', () => {
    const [{ time }] = join.inputs as [(typeof join.inputs)[0]];
    expect(time(quote(5, 1))).toBe(at(5));
    for (const without of [null, 5, {}, { last_updated: 7 }, { last_updated: 'soon' }])
      expect(time(without)).toBeNaN();
  });
});

describe.each([
  [60_000, 60_000],
  [300_000, 17_000],
])('two days of polls, answers cached for %i ms, rates each %i ms', (cacheMs, everyMs) => {
  const records = merged(coinMarketCap(cacheMs), wallex(everyMs));
  const expected = bruteForce(records);

  test('--join-mode all equals the brute-force join, row for row', () => {
    const driver = runLogic(join, { joinMode: 'all' });
    feed(driver, records);
    expect(expected.length).toBeGreaterThan(2000);
    expect(sorted(converted(driver))).toEqual(sorted(expected));
    expect(passed(driver)).toHaveLength(records.length);
  });

  test('nearest gives each quote its closest rate, once', () => {
    const driver = runLogic(join);
    feed(driver, records);
    driver.finish('all');
    const best = new Map<string, Price>();
    for (const row of expected) {
      const id = `${row.coin}@${Date.parse(row.time) + row.skew_ms!}`;
      const known = best.get(id);
      const [skew, least] = [Math.abs(row.skew_ms!), Math.abs(known?.skew_ms ?? Number.POSITIVE_INFINITY)];
      if (skew < least || (skew === least && row.time < known!.time)) best.set(id, row);
    }
    expect(sorted(converted(driver))).toEqual(sorted([...best.values()]));
    const quotes = new Set(records.map(({ quote }) => `${quote.base}/${quote.quote}@${quote.last_updated}`));
    expect(passed(driver)).toHaveLength(quotes.size);
    expect(driver.late).toEqual([]);
  });

  test('a restart at any step changes no output', () => {
    const some = records.slice(0, 300);
    const whole = runLogic(join);
    feed(whole, some);
    whole.finish('all');
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 20 }), (steps) => {
        const driver = runLogic(join);
        for (const [step, { topic, quote }] of some.entries()) {
          driver.accept(topic, quote);
          if (steps.includes(step)) driver.restart();
        }
        driver.restart();
        driver.finish('all');
        expect(driver.outputs).toEqual(whole.outputs);
      }),
      { numRuns: 20 },
    );
  });
});

test.each([
  [60_000, [0, 1]],
  [17_000, [2, 3, 4]],
])('with a rate each %i ms a quote meets %j of them', (everyMs, expected) => {
  const records = merged(coinMarketCap(60_000), wallex(everyMs)).slice(50, -50);
  const counts = new Map<string, Set<string>>();
  for (const { topic, quote } of records.slice(50, -50))
    if (topic !== 'prices-wallex') counts.set(`${quote.base}@${quote.last_updated}`, new Set());
  for (const row of bruteForce(records))
    counts.get(`${row.coin}@${iso((Date.parse(row.time) + row.skew_ms! - at(0)) / 1000)}`)?.add(row.time);
  expect([...new Set([...counts.values()].map(({ size }) => size))].sort()).toEqual(expected);
});

describe('quotes of rare rates', () => {
  const quoteAt = (minute: number) => ({
    source: 'file',
    base: 'btc',
    quote: 'usdt',
    price: 60_000 + minute,
    last_updated: iso(minute * 60),
  });
  const rateAt = (minute: number, second = 0) => ({
    source: 'file',
    base: 'usdt',
    quote: 'eur',
    price: 0.9,
    last_updated: iso(minute * 60 + second),
  });
  const range = (count: number, step: number) => Array.from({ length: count }, (_, i) => i * step);
  const run = (rates: readonly object[], ratesFirst: boolean, settings: object = {}) => {
    const driver = runLogic(join, settings);
    const all = [
      ...range(25, 5).map((minute) => ({ topic: 'prices-file', value: quoteAt(minute) })),
      ...rates.map((value) => ({ topic: 'prices-wallex', value: value as ReturnType<typeof rateAt> })),
    ].sort(
      (a, b) =>
        (a.value.last_updated < b.value.last_updated
          ? -1
          : a.value.last_updated > b.value.last_updated
            ? 1
            : 0) || (ratesFirst ? b.topic.localeCompare(a.topic) : a.topic.localeCompare(b.topic)),
    );
    for (const { topic, value } of all) driver.accept(topic, value);
    driver.finish('all');
    return {
      converted: driver.outputs.filter(({ value }) => (value as { fx_price?: number }).fx_price !== undefined)
        .length,
      late: driver.late.length,
      drops: driver.drops,
    };
  };

  test.each([
    [true, { keep: 10 * 60_000 }],
    [false, { keep: 10 * 60_000 }],
    [true, { keep: 86_400_000 }],
    [false, { keep: 86_400_000 }],
  ])(
    'each quote with a rate within the tolerance is converted, whatever --keep is (rates first: %s, %j)',
    (first, settings) => {
      const { converted, late } = run(
        range(9, 15).map((minute) => rateAt(minute)),
        first,
        settings,
      );
      expect([converted, late]).toEqual([9, 0]);
    },
  );

  test('a quote that waits longer than --keep is decided then, and counted', () => {
    const { converted, drops } = run([rateAt(0), rateAt(120)], true, { keep: 10 * 60_000 });
    expect(converted).toBe(2);
    expect(
      drops.filter((reason) => reason === 'quote decided after --keep, before the next rate').length,
    ).toBe(21);
  });

  test('with a tolerance of 15m and a --keep that allows it, every quote is converted', () => {
    const rates = range(25, 5).map((minute) => rateAt(minute, 10));
    expect(run(rates, true, { tolerance: 900_000, keep: 86_400_000 }).converted).toBe(25);
  });

  test('a --keep below tolerance and lateness is a conflict with a hint', () => {
    const defaults = Object.fromEntries(
      Object.entries(join.options).map(([name, { fallback }]) => [name, fallback]),
    );
    const settings = { ...defaults, tolerance: 900_000 } as Parameters<NonNullable<typeof join.conflicts>>[0];
    expect(join.conflicts?.(settings)).toEqual([
      '--keep 10m is shorter than --tolerance 15m and --rate-lateness 5s together: quotes would be forgotten before their rates are there; use --keep 16m or more',
    ]);
    expect(join.conflicts?.({ ...settings, keep: 905_000 })).toEqual([]);
  });
});

describe('trades', () => {
  const trade = (fields: object) => ({
    source: 'file',
    base: 'btc',
    quote: 'usdt',
    price: 100,
    last_updated: iso(0),
    size: 1,
    ...fields,
  });

  test('trades of one time and price all pass, with their fields; one of the same id is a repeat', () => {
    const driver = runLogic(join);
    for (const fields of [{}, {}, { trade_id: 'a' }, { trade_id: 'b', side: 'buy' }, { trade_id: 'a' }])
      driver.accept('prices-file', trade(fields));
    expect(driver.outputs.map(({ value }) => value)).toMatchObject([
      { size: 1 },
      { size: 1 },
      { size: 1, trade_id: 'a' },
      { size: 1, trade_id: 'b', side: 'buy' },
    ]);
    expect(driver.drops).toEqual(['repeat']);
  });
});
