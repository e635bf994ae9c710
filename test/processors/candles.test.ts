import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../src/core/option.ts';
import type { Restored } from '../../src/core/stream/keyed-state.ts';
import { InvalidRecord } from '../../src/core/stream/record.ts';
import { MINUTE } from '../../src/core/util/time.ts';
import type { Candle } from '../../src/market/prices/candle.ts';
import { candles } from '../../src/processors/candles.ts';
import type { Output } from '../../src/processors/processor.ts';

const START = Date.parse('2026-03-02T10:00:00.000Z');
const at = (second: number) => new Date(START + second * 1000).toISOString();

const settings: Settings<typeof candles.options> = {
  window: [MINUTE],
  zone: undefined,
  mergeSources: false,
  retain: 0,
  late: 'amend',
  lateness: 0,
  idle: MINUTE,
  sourceLag: {},
  emit: 'final',
  updateEvery: 10_000,
};

function make(given: Partial<typeof settings> = {}, restored: Restored = new Map()) {
  const logic = candles.build({ ...settings, ...given }, restored);
  const rows: Candle[] = [];
  const keys: string[] = [];
  const late: string[] = [];
  const out = {
    emit: ({ key, partitionKey, value }: Output) => {
      rows.push(value as Candle);
      keys.push(`${partitionKey}: ${key}`);
    },
    late: (why: string, byMs: number) => late.push(`${why} by ${byMs}`),
    drop: () => {},
  };
  let offset = 0;
  const see = (second: number, price: unknown, coin = 'btc', source = 'file') =>
    logic.accept(
      {
        topic: 'prices',
        from: 'prices',
        partition: 0,
        offset: offset++,
        key: null,
        headers: {},
        value: { coin, quote: 'usdt', price, time: at(second), source },
      },
      out,
    );
  return { logic, out, rows, keys, late, see };
}

describe('candles', () => {
  test('a candle has every field, its key and its partition', () => {
    const { rows, keys, see } = make();
    for (const [second, price] of [
      [1, 10],
      [20, 30],
      [40, 5],
      [59, 12],
      [60, 99],
    ] as const)
      see(second, price);
    expect(rows).toEqual([
      {
        coin: 'btc',
        quote: 'usdt',
        source: 'file',
        window: '1m',
        window_start: at(0),
        window_end: at(60),
        open: 10,
        high: 30,
        low: 5,
        close: 12,
        mean: 14.25,
        volume: null,
        quote_volume: null,
        trades: null,
        vwap: null,
        samples: 4,
        ticks: 4,
        bars: 0,
        first_time: at(1),
        last_time: at(59),
        max_gap_ms: 20_000,
        revision: 1,
        final: true,
      },
    ]);
    expect(keys).toEqual([`btc: btc|usdt|file|1m|${at(0)}`]);
  });

  test('several window lengths apply at once', () => {
    const { rows, see } = make({ window: [MINUTE, 2 * MINUTE] });
    for (const second of [0, 60, 120]) see(second, second + 1);
    expect(rows.map(({ window, open, close }) => `${window} ${open}-${close}`)).toEqual([
      '1m 1-1',
      '1m 61-61',
      '2m 1-61',
    ]);
  });

  test('a late price names the windows it missed and how far behind it came', () => {
    const { late, see } = make({ window: [MINUTE, 10 * MINUTE] });
    see(10, 1);
    see(90, 1);
    see(50, 1);
    expect(late).toEqual(['window 1m was already closed by 40000']);
  });

  test('provisional rows increase the revision, and the final row has the last one', () => {
    const { rows, see } = make({ emit: 'updates' });
    for (const second of [0, 5, 12, 61]) see(second, second + 1);
    expect(
      rows.map(({ window_start, close, revision, final }) => [window_start, close, revision, final]),
    ).toEqual([
      [at(0), 1, 1, false],
      [at(0), 13, 2, false],
      [at(0), 13, 3, true],
      [at(60), 62, 1, false],
    ]);
  });

  test('a price that is not a positive number is rejected, and nothing else is lost', () => {
    const { rows, see } = make();
    see(1, 10);
    for (const price of ['-', -1, 0, null, Number.NaN, '12'])
      expect(() => see(2, price)).toThrow(InvalidRecord);
    see(61, 9);
    expect(rows).toMatchObject([{ samples: 1, open: 10 }]);
  });

  test('finish `all` leaves no window behind, not even in the state', () => {
    const { logic, out, rows, see } = make({ window: [MINUTE, 10 * MINUTE], emit: 'updates' });
    see(1, 10);
    see(1, 10, 'eth');
    logic.finish?.('all', 0, out);
    expect(rows.filter(({ final }) => final)).toHaveLength(4);
    expect(
      [...logic.changes()].filter(([key, value]) => value !== null && /^(window|rows)\|/.test(key)),
    ).toEqual([]);
    expect(logic.watermark?.()).toBeUndefined();
  });

  test('a restart from a snapshot at any step changes no output', () => {
    const step = fc.record({
      second: fc.integer({ min: 0, max: 900 }),
      price: fc.integer({ min: 1, max: 50 }),
      coin: fc.constantFrom('btc', 'eth'),
      source: fc.constantFrom('a', 'coinmarketcap'),
      restart: fc.boolean(),
    });
    const run = (
      steps: readonly { second: number; price: number; coin: string; source: string; restart: boolean }[],
      restarts: boolean,
    ) => {
      const options = { window: [MINUTE, 3 * MINUTE], lateness: 15_000, emit: 'updates' as const };
      const stored = new Map<string, string>();
      const output: string[] = [];
      let running = make(options);
      steps.forEach(({ second, price, coin, source, restart }, offset) => {
        running.logic.accept(
          {
            topic: 'prices',
            from: 'prices',
            partition: 0,
            offset,
            key: null,
            headers: {},
            value: { coin, quote: 'usdt', price, time: at(second), source },
          },
          running.out,
        );
        for (const [key, value] of running.logic.changes())
          if (value === null) stored.delete(key);
          else stored.set(key, value);
        if (!restarts || !restart) return;
        output.push(...running.rows.map((row) => JSON.stringify(row)), ...running.late);
        running = make(options, stored);
      });
      running.logic.finish?.('all', START + 1e7, running.out);
      return [...output, ...running.rows.map((row) => JSON.stringify(row)), ...running.late].sort();
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        expect(run(steps, true)).toEqual(run(steps, false));
      }),
    );
  });
});

test('pairs with bars in their names have separate candles, also after a restart', () => {
  const stored = new Map<string, string>();
  const { logic, rows, keys, out } = make();
  const price = (coin: string, quote: string, second: number, value: number) => ({
    topic: 'prices',
    from: 'prices',
    partition: 0,
    offset: second,
    key: null,
    headers: {},
    value: { coin, quote, price: value, time: at(second), source: 'file' },
  });
  logic.accept(price('a', 'b|c', 0, 7), out);
  logic.accept(price('a|b', 'c', 30, 9), out);
  for (const [key, text] of logic.changes()) stored.set(key, text!);
  const restarted = candles.build(settings, stored);
  restarted.finish?.('all', 0, out);
  expect(rows.map(({ coin, quote, close, samples }) => [coin, quote, close, samples])).toEqual([
    ['a', 'b|c', 7, 1],
    ['a|b', 'c', 9, 1],
  ]);
  expect(keys).toEqual([
    'a: a|b%7Cc|file|1m|2026-03-02T10:00:00.000Z',
    'a|b: a%7Cb|c|file|1m|2026-03-02T10:00:00.000Z',
  ]);
});

test('state of an earlier version, whose series had no source, is still used', () => {
  const stored = new Map([
    ['clock|btc|usdt', `{"mark":${START},"feeds":{"file":{"time":${START}}}}`],
    [
      `window|60000|${START}|btc|usdt`,
      `{"sum":1,"carry":0,"count":1,"open":1,"high":1,"low":1,"close":1,"firstTime":${START},"firstOffset":0,"lastTime":${START},"lastOffset":0,"maxGapMs":0}`,
    ],
    [`rows|btc|usdt|60000|${START}`, '3'],
    ['step|btc|usdt', '5'],
  ]);
  const { rows, out } = make();
  const logic = candles.build(settings, stored);
  logic.finish?.('all', 0, out);
  expect(rows).toMatchObject([{ coin: 'btc', quote: 'usdt', source: 'file', samples: 1, revision: 4 }]);
  for (const [key, text] of logic.changes())
    if (text === null) stored.delete(key);
    else stored.set(key, text);
  expect([...stored.keys()].sort()).toEqual(['clock|btc|usdt|file', 'step|btc|usdt|file']);
});

test('a price that is the close of a bar beside a market cap makes no candle', () => {
  const price = { coin: 'btc', quote: 'usd', price: 9, source: 'file', time: at(0), bar: '1d' };
  const dropped: string[] = [];
  const rows: unknown[] = [];
  const logic = candles.build(settings, new Map());
  const out = {
    emit: (row: unknown) => rows.push(row),
    late: () => {},
    drop: (why: string) => dropped.push(why),
  };
  const input = {
    topic: 'prices',
    from: 'prices',
    partition: 0,
    offset: 0,
    key: null,
    value: price,
    headers: {},
  };
  logic.accept(input, out as never);
  logic.finish!('all', START, out as never);
  expect([rows, dropped]).toEqual([[], ['close of a bar, beside a market cap']]);
});
