import { describe, expect, test } from 'vitest';
import { formatTime } from '../../../src/core/util/time.ts';
import { bar, HOUR, MINUTE, newest, plain, process, rows, START, tick } from './feed.ts';

const range = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

describe('candles of bars', () => {
  test('a candle has every field, its key and its partition', () => {
    const driver = process({ window: [5 * MINUTE] });
    for (const minute of range(5)) driver.accept('bars-file', bar(minute));
    driver.finish('all');
    expect(driver.outputs).toEqual([
      {
        key: `btc|usdt|file|5m|${formatTime(START)}`,
        partitionKey: 'btc',
        value: {
          coin: 'btc',
          quote: 'usdt',
          source: 'file',
          window: '5m',
          window_start: formatTime(START),
          window_end: formatTime(START + 5 * MINUTE),
          open: 100,
          high: 124,
          low: 76,
          close: 105,
          mean: null,
          volume: 1.5,
          quote_volume: 60,
          trades: 9,
          vwap: 40,
          samples: 5,
          ticks: 0,
          bars: 5,
          first_time: formatTime(START),
          last_time: formatTime(START + 5 * MINUTE),
          max_gap_ms: 0,
          revision: 1,
          final: true,
        },
      },
    ]);
  });

  test('volumes sum as decimals do: ten times 0.1 is 1', () => {
    const driver = process();
    for (const minute of range(10)) driver.accept('bars-file', bar(minute, 1, { volume: 0.1 }));
    driver.finish('all');
    expect(rows(driver)).toMatchObject([{ volume: 1 }]);
  });

  test('a volume that one bar lacks is unknown', () => {
    const driver = process();
    driver.accept('bars-file', bar(0));
    driver.accept('bars-file', bar(1, 1, { volume: null, trades: null }));
    driver.finish('all');
    expect(rows(driver)).toMatchObject([{ volume: null, trades: null, vwap: null, quote_volume: 21 }]);
  });

  test('a window closes when a bar beyond its end and the lateness has ended', () => {
    const driver = process({ lateness: 30_000 });
    for (const minute of range(10)) driver.accept('bars-file', bar(minute));
    expect(rows(driver)).toEqual([]);
    driver.accept('bars-file', bar(10));
    expect(rows(driver)).toMatchObject([{ bars: 10 }]);
  });

  test('a bar longer than the window makes no candle of it, and the reason names the window that fits', () => {
    const driver = process({ window: [10 * MINUTE, 24 * HOUR] });
    driver.accept('bars-file', bar(0, 24 * 60));
    driver.finish('all');
    expect(rows(driver).map(({ window }) => window)).toEqual(['1d']);
    expect(driver.drops).toEqual(['bar of 1d is longer than window 10m: use --window 1d']);
  });

  test('a bar across the edge of a window makes no candle of it', () => {
    const driver = process();
    driver.accept('bars-file', bar(8, 5));
    driver.finish('all');
    expect(rows(driver)).toEqual([]);
    expect(driver.drops).toEqual([
      'bar of 5m crosses the edge of window 10m: use a longer --window, or --zone if its days begin elsewhere',
    ]);
  });

  test('of overlapping bars of 1m and 5m, each part of the window counts once, by the longest', () => {
    const driver = process();
    for (const minute of range(10)) driver.accept('bars-file', bar(minute, 1, { volume: 1 }));
    for (const minute of [0, 5]) driver.accept('bars-file', bar(minute, 5, { volume: 5 }));
    driver.finish('all');
    expect(rows(driver)).toMatchObject([{ bars: 2, volume: 10 }]);
  });

  test('the bars that cover most of a window make its candle', () => {
    const driver = process();
    for (const minute of range(7)) driver.accept('bars-file', bar(minute, 1, { volume: 1 }));
    driver.accept('bars-file', bar(0, 5, { volume: 5 }));
    driver.finish('all');
    expect(rows(driver)).toMatchObject([{ bars: 7, volume: 7 }]);
  });

  test('ticks count only where there are no bars', () => {
    const driver = process();
    driver.accept('prices', tick(0, 7));
    driver.accept('bars-file', bar(10));
    driver.accept('prices', tick(11 * 60, 9));
    driver.finish('all');
    expect(rows(driver)).toMatchObject([
      { ticks: 1, bars: 0, close: 7 },
      { ticks: 0, bars: 1 },
    ]);
  });

  test('two sources have a series each, and one of all with --merge-sources', () => {
    const feed = (driver: ReturnType<typeof process>) => {
      for (const minute of range(10)) {
        driver.accept(
          'bars-file',
          bar(minute, 1, { source: 'a', volume: 1, open: 3, low: 2, high: 9, close: 4 }),
        );
        driver.accept(
          'bars-file',
          bar(minute, 1, { source: 'b', volume: 2, open: 5, low: 3, high: 8, close: 6 }),
        );
      }
      driver.finish('all');
      return rows(driver);
    };
    expect(feed(process())).toMatchObject([
      { source: 'a', volume: 10, open: 3, close: 4 },
      { source: 'b', volume: 20, open: 5, close: 6 },
    ]);
    expect(feed(process({ mergeSources: true }))).toMatchObject([
      { source: 'all', volume: 30, open: 3, high: 9, low: 2, close: 6, bars: 20 },
    ]);
  });

  test('with --merge-sources a source with bars does not count its ticks, another one does', () => {
    const driver = process({ mergeSources: true });
    driver.accept('bars-file', bar(0, 5, { source: 'a' }));
    driver.accept('prices', tick(301, 5000, { source: 'a' }));
    driver.accept('prices', tick(302, 50, { source: 'b' }));
    driver.finish('all');
    expect(rows(driver)).toMatchObject([
      { ticks: 1, bars: 1, high: 120, low: 50, close: 50, mean: null, volume: null },
    ]);
  });

  test('a bar that comes again is a repeat; with other values it replaces the first in an open window', () => {
    const driver = process();
    driver.accept('bars-file', bar(0));
    driver.accept('bars-file', bar(0));
    driver.accept('bars-file', bar(1));
    driver.accept('bars-file', bar(0, 1, { high: 500, volume: 9 }));
    driver.finish('all');
    expect(driver.drops).toEqual(['repeat']);
    expect(rows(driver)).toMatchObject([{ high: 500, volume: 9.2, bars: 2, revision: 1 }]);
  });

  test('a correction of a closed window that is kept is a revision; a repeat is not', () => {
    const driver = process({ retain: HOUR });
    for (const minute of range(12)) driver.accept('bars-file', bar(minute));
    driver.accept('bars-file', bar(3));
    driver.accept('bars-file', bar(3, 1, { low: 1 }));
    expect(rows(driver)).toMatchObject([
      { revision: 1, low: 71 },
      { revision: 2, low: 1, bars: 10 },
    ]);
    expect(driver.drops).toEqual(['repeat']);
    expect(driver.late).toEqual([]);
  });

  test('a bar of a closed window that is no longer kept is late', () => {
    const driver = process({ retain: 5 * MINUTE });
    for (const minute of range(20)) driver.accept('bars-file', bar(minute));
    driver.accept('bars-file', bar(3, 1, { low: 1 }));
    expect(driver.late).toEqual(['window 10m was already closed, by 930000 ms']);
    expect(rows(driver)).toHaveLength(1);
  });

  test.each([
    ['topic', 1, []],
    ['drop', 0, ['window already closed']],
  ] as const)('with --late %s a closed window stays as it is', (late, count, drops) => {
    const driver = process({ retain: HOUR, late });
    for (const minute of range(12)) driver.accept('bars-file', bar(minute));
    driver.accept('bars-file', bar(3, 1, { low: 1 }));
    driver.accept('prices', tick(5, 5));
    expect(rows(driver)).toHaveLength(1);
    expect(driver.late.length).toBe(count * 2);
    expect(driver.drops).toEqual([...drops, ...drops]);
  });

  test('a bar that still runs is only for --emit updates, and the final one replaces it', () => {
    const running = bar(1, 1, { final: false, close: 111 });
    const final = process();
    final.accept('bars-file', running);
    expect(final.drops).toEqual(['bar is not final (--emit updates shows it)']);
    const driver = process({ emit: 'updates' });
    driver.accept('bars-file', bar(0));
    driver.accept('bars-file', running);
    driver.accept('bars-file', bar(1));
    driver.accept('bars-file', bar(1, 1, { final: false }));
    driver.finish('all');
    expect(rows(driver).map(({ final, close, bars, revision }) => [final, close, bars, revision])).toEqual([
      [false, 101, 1, 1],
      [false, 111, 2, 2],
      [true, 102, 2, 3],
    ]);
    expect(driver.drops).toEqual(['repeat']);
  });

  test('weeks begin on Monday, months on the first, and days by the zone', () => {
    const driver = process({ window: ['1w', '1M', 24 * HOUR], zone: 'Europe/Madrid' });
    // From 2026-03-02 00:00 to 2026-04-06 00:00 in Madrid, which is an hour and then two ahead of UTC.
    for (let hour = -1; hour < 35 * 24 - 2; hour++)
      driver.accept('bars-file', bar(hour * 60, 60, { volume: 1 }));
    driver.finish('all');
    const of = (name: string) => rows(driver).filter(({ window }) => window === name);
    expect(of('1w').map(({ window_start, volume }) => `${window_start.slice(0, 13)} ${volume}`)).toEqual([
      '2026-03-01T23 168',
      '2026-03-08T23 168',
      '2026-03-15T23 168',
      '2026-03-22T23 167',
      '2026-03-29T22 168',
    ]);
    expect(of('1M').map(({ window_start, window_end }) => `${window_start} ${window_end}`)).toEqual([
      '2026-02-28T23:00:00.000Z 2026-03-31T22:00:00.000Z',
      '2026-03-31T22:00:00.000Z 2026-04-30T22:00:00.000Z',
    ]);
    expect(
      of('1d')
        .map(({ bars }) => bars)
        .filter((bars) => bars !== 24),
    ).toEqual([23]);
  });

  test('days of 23 and 25 hours and months of any length are bars of one length each', () => {
    const driver = process({ window: ['1M'] });
    for (const [day, hours] of [
      [0, 24],
      [1, 23],
      [2, 25],
    ] as const)
      driver.accept('bars-file', bar(day * 24 * 60, hours * 60, { volume: 1 }));
    driver.finish('all');
    expect(rows(driver)).toMatchObject([{ bars: 3, volume: 3 }]);
  });

  test('candles of 5m bars equal those of the 1m bars they sum up, but for the counts', () => {
    const minutes = range(60).map((minute) => bar(minute));
    const fives = range(12).map((i) => {
      const five = minutes.slice(i * 5, i * 5 + 5);
      const sum = (of: (one: (typeof five)[0]) => number) => five.reduce((total, one) => total + of(one), 0);
      return bar(i * 5, 5, {
        open: five[0]!.open,
        high: Math.max(...five.map(({ high }) => high)),
        low: Math.min(...five.map(({ low }) => low)),
        close: five[4]!.close,
        volume: Number(sum(({ volume }) => volume!).toFixed(3)),
        quote_volume: sum(({ quote_volume }) => quote_volume!),
        trades: sum(({ trades }) => trades!),
      });
    });
    const of = (bars: readonly object[]) => {
      const driver = process({ window: [5 * MINUTE, 10 * MINUTE] });
      for (const one of bars) driver.accept('bars-file', one);
      driver.finish('all');
      return plain(newest(driver)).map((row) => ({ ...row, bars: 0, samples: 0 }));
    };
    expect(of(fives)).toEqual(of(minutes));
    expect(of(fives)).toHaveLength(18);
  });
});

describe('candles of trades', () => {
  test('trades of one time and price all count, with volume, count and vwap', () => {
    const driver = process();
    for (const [price, size] of [
      [100, 1],
      [100, 1],
      [103, 2],
    ] as const)
      driver.accept('prices', tick(5, price, { size }));
    driver.finish('all');
    expect(rows(driver)).toMatchObject([
      {
        samples: 3,
        ticks: 3,
        open: 100,
        close: 103,
        mean: 101,
        volume: 4,
        quote_volume: 406,
        trades: 3,
        vwap: 101.5,
      },
    ]);
  });

  test('a volume is unknown if one tick has no size', () => {
    const driver = process();
    driver.accept('prices', tick(5, 100, { size: 1 }));
    driver.accept('prices', tick(6, 100));
    driver.finish('all');
    expect(rows(driver)).toMatchObject([{ samples: 2, volume: null, trades: null, vwap: null }]);
  });

  test('a late trade of a kept window amends its candle', () => {
    const driver = process({ retain: HOUR });
    driver.accept('prices', tick(5, 100));
    driver.accept('prices', tick(1200, 100));
    driver.accept('prices', tick(6, 90));
    expect(rows(driver)).toMatchObject([
      { revision: 1, low: 100 },
      { revision: 2, low: 90, samples: 2 },
    ]);
  });
});
