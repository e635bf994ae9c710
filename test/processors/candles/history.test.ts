import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Candle, candleKey } from '../../../src/market/prices/candle.ts';
import { candles } from '../../../src/processors/candles.ts';
import type { Output } from '../../../src/processors/processor.ts';
import { defaults } from '../../bench/kit.ts';
import { bar, HOUR, MINUTE, newest, plain, process, rows, START, tick } from './feed.ts';

const DAY_MINUTES = 24 * 60;
const range = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);
const DAYS = 31 * 24 * HOUR;

describe('history in any order', () => {
  test('an older file after a newer one is not late, and its windows close when the input is read to its end', () => {
    const driver = process();
    for (const minute of range(40, DAY_MINUTES)) driver.accept('bars-file', bar(minute));
    expect(rows(driver)).toHaveLength(3);
    for (const minute of range(25)) driver.accept('bars-file', bar(minute));
    expect(rows(driver)).toHaveLength(5);
    driver.finish('clock');
    expect(driver.late).toEqual([]);
    expect(
      rows(driver)
        .slice(3)
        .map(({ bars, revision }) => [bars, revision]),
    ).toEqual([
      [10, 1],
      [10, 1],
      [5, 1],
    ]);
    expect(driver.logic.watermark?.()).toBe(START + (DAY_MINUTES + 40) * MINUTE - 30_000);
  });

  test('a gap between two files is not covered: its own file is not late', () => {
    const driver = process();
    for (const from of [0, 40, 20])
      for (const minute of range(20, from)) driver.accept('bars-file', bar(minute));
    driver.finish('all');
    expect(driver.late).toEqual([]);
    expect(newest(driver).map(({ bars, revision }) => `${bars} ${revision}`)).toEqual(Array(6).fill('10 1'));
  });

  test('the halves of a file, the later first, give what the file gives, also for the window that both are in', () => {
    const driver = process({ window: [5 * MINUTE, HOUR] });
    const once = process({ window: [5 * MINUTE, HOUR] });
    for (const minute of range(600)) once.accept('bars-file', bar(minute));
    once.finish('all');
    for (const minute of [...range(297, 303), ...range(303)]) {
      driver.accept('bars-file', bar(minute));
      if (minute % 50 === 0) driver.restart();
    }
    driver.finish('all');
    expect(driver.late).toEqual([]);
    expect(plain(newest(driver))).toEqual(plain(newest(once)));
    expect(
      newest(driver)
        .filter(({ revision }) => revision !== 1)
        .map(({ window, revision }) => [window, revision]),
    ).toEqual([
      ['1h', 2],
      ['5m', 2],
    ]);
  });

  test('without a finish, history closes when its source has been silent for --idle', () => {
    const driver = process({ idle: MINUTE });
    for (const minute of range(40, DAY_MINUTES)) driver.accept('bars-file', bar(minute));
    for (const minute of range(5)) driver.accept('bars-file', bar(minute));
    const before = rows(driver).length;
    const now = START + 3 * 24 * HOUR;
    driver.advance(now);
    driver.advance(now + MINUTE - 1);
    expect(rows(driver)).toHaveLength(before);
    driver.advance(now + MINUTE);
    expect(rows(driver).slice(before)).toMatchObject([{ bars: 5 }]);
  });

  test('an import that goes on after --close is a revision only of the window that it completes', () => {
    const driver = process({ window: [10 * MINUTE, HOUR] });
    for (const minute of range(25)) driver.accept('bars-file', bar(minute));
    driver.finish('all');
    for (const minute of range(35, 25)) driver.accept('bars-file', bar(minute));
    driver.finish('all');
    expect(driver.late).toEqual([]);
    expect(newest(driver).map(({ window, bars, revision }) => `${window} ${bars} ${revision}`)).toEqual([
      '10m 10 1',
      '10m 10 1',
      '10m 10 2',
      '10m 10 1',
      '10m 10 1',
      '10m 10 1',
      '1h 60 2',
    ]);
  });

  test('history that is repeated is a repeat or late, and changes no candle', () => {
    const driver = process();
    const all = range(300).map((minute) => bar(minute));
    for (const one of all) driver.accept('bars-file', one);
    driver.finish('all');
    const before = rows(driver).length;
    for (const one of all) driver.accept('bars-file', one);
    driver.finish('all');
    expect(rows(driver)).toHaveLength(before);
    expect(driver.late.length + driver.drops.length).toBe(300);
    expect(driver.drops.length).toBeGreaterThanOrEqual(60);
  });

  test('ticks of an older file after a newer one are not late', () => {
    const driver = process({ window: [MINUTE] });
    for (const second of [86_400, 86_430, 86_500, 0, 20, 100])
      driver.accept('prices', tick(second, second + 1));
    driver.finish('all');
    expect(driver.late).toEqual([]);
    expect(newest(driver).map(({ open, close, ticks }) => [open, close, ticks])).toEqual([
      [1, 21, 2],
      [101, 101, 1],
      [86_401, 86_431, 2],
      [86_501, 86_501, 1],
    ]);
  });
});

/** A run of bars, in any number of files of any order; some are read twice. */
const files = fc
  .record({
    lengths: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
    seed: fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 8, maxLength: 8 }),
    again: fc.array(fc.nat({ max: 7 }), { maxLength: 3 }),
  })
  .map(({ lengths, seed, again }) => {
    let from = 0;
    const parts = lengths.map((length) => {
      const part = range(length, from);
      from += length;
      return part;
    });
    const shuffled = parts
      .map((part, i) => ({ part, order: seed[i]! }))
      .sort((a, b) => a.order - b.order)
      .map(({ part }) => part);
    return {
      all: range(from),
      files: [...shuffled, ...again.flatMap((i) => (shuffled[i] ? [shuffled[i]] : []))],
    };
  });
const windows = fc.constantFrom(
  [10 * MINUTE],
  [5 * MINUTE, HOUR],
  [7 * MINUTE, 10 * MINUTE],
  [MINUTE, '1w' as const],
);

describe('properties of an import', () => {
  test('an import in any split and order within --retain gives the candles of an import at once', () => {
    fc.assert(
      fc.property(files, windows, fc.array(fc.boolean(), { maxLength: 11 }), (given, window, ends) => {
        const once = process({ window, retain: DAYS });
        for (const minute of given.all) once.accept('bars-file', bar(minute));
        once.finish('all');
        const split = process({ window, retain: DAYS });
        given.files.forEach((file, i) => {
          for (const minute of file) split.accept('bars-file', bar(minute));
          if (ends[i]) split.finish(i % 2 === 0 ? 'clock' : 'all');
        });
        split.finish('all');
        const late = split.late.length;
        if (late === 0) expect(plain(newest(split))).toEqual(plain(newest(once)));
        // Nothing is lost unseen, and no candle has more than it should.
        const whole = new Map(newest(once).map((row) => [`${row.window} ${row.window_start}`, row]));
        for (const row of newest(split))
          expect(row.bars).toBeLessThanOrEqual(whole.get(`${row.window} ${row.window_start}`)!.bars);
      }),
      { numRuns: 300 },
    );
  });

  test('an import in any split and order gives, after a replay of what was late, the candles of an import at once', () => {
    const lengths = fc.constantFrom([5 * MINUTE, HOUR], [10 * MINUTE], [7 * MINUTE, '1w' as const]);
    fc.assert(
      fc.property(files, lengths, fc.array(fc.boolean(), { maxLength: 11 }), (given, window, ends) => {
        const once = process({ window, retain: DAYS });
        for (const minute of given.all) once.accept('bars-file', bar(minute));
        once.finish('all');
        const split = process({ window, retain: 5 * MINUTE });
        given.files.forEach((file, i) => {
          for (const minute of file) split.accept('bars-file', bar(minute));
          if (ends[i]) split.finish('all');
        });
        split.finish('all');
        const rows = new Map(newest(split).map((row) => [candleKey(row), row]));
        const settings = { ...defaults(candles.options), window };
        const replayed = candles.replay!.build(settings, START - DAYS, START + DAYS);
        const emit = ({ key, value }: Output) => {
          const { final: _, ...row } = value as Candle;
          rows.set(key, { ...row, final: true, revision: 1 });
        };
        for (const minute of given.files.flat()) {
          const input = {
            topic: 'bars-file',
            from: 'bars-file',
            partition: 0,
            offset: 0,
            key: null,
            headers: {},
          };
          replayed.accept({ ...input, value: bar(minute) }, { emit, late: () => {}, drop: () => {} });
        }
        replayed.finish?.('all', 0, { emit, late: () => {}, drop: () => {} });
        const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
        expect(plain(sorted)).toEqual(plain(newest(once)));
      }),
      { numRuns: 200 },
    );
  });

  test('a restart at any step changes no output', () => {
    const step = fc.record({
      minute: fc.integer({ min: 0, max: 240 }),
      length: fc.constantFrom(1, 1, 1, 5, 60),
      high: fc.constantFrom(200, 200, 200, 300),
      source: fc.constantFrom('file', 'file', 'b', 'c'),
      kind: fc.constantFrom('bar', 'bar', 'bar', 'tick', 'idle', 'clock', 'all'),
      final: fc.constantFrom(true, true, true, false),
      restart: fc.boolean(),
    });
    const run = (
      steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
      restarts: boolean,
      mergeSources: boolean,
    ) => {
      const driver = process({
        window: [5 * MINUTE, HOUR],
        retain: 20 * MINUTE,
        lateness: 90_000,
        emit: 'updates',
        mergeSources,
      });
      let now = START + 1e9;
      for (const { minute, length, high, source, kind, final, restart } of steps) {
        const start = minute - (minute % length);
        if (kind === 'bar') driver.accept('bars-file', bar(start, length, { high, source, final }));
        else if (kind === 'tick') driver.accept('prices', tick(minute * 60, high, { source }));
        else if (kind === 'idle') {
          for (const _ of [1, 2]) {
            now += 50_000;
            driver.advance(now);
          }
          // As in a process that starts: the first look measures no time.
          driver.advance(now, false);
        } else driver.finish(kind, now);
        if (restarts && restart) driver.restart();
      }
      driver.finish('all', now);
      const outputs = driver.outputs.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
      return { outputs, late: driver.late, drops: driver.drops };
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, merged) => {
        expect(run(steps, true, merged)).toEqual(run(steps, false, merged));
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  test('a window that was committed closes by the clock like one that was not', () => {
    const closed = [false, true].map((isCommitted) => {
      const driver = process({ window: [5 * MINUTE], lateness: 90_000, mergeSources: true });
      driver.accept('bars-file', bar(6));
      driver.accept('bars-file', bar(10, 5, { source: 'b' }));
      driver.advance(START);
      driver.accept('bars-file', bar(0));
      if (isCommitted) driver.stored();
      driver.advance(START + MINUTE);
      return rows(driver).map(({ window_start }) => window_start);
    });
    expect(closed).toEqual([['2026-03-02T00:05:00.000Z'], ['2026-03-02T00:05:00.000Z']]);
  });

  test('no bar counts twice, and no window is shorter than its bars', () => {
    const some = fc.record({ at: fc.nat({ max: 47 }), length: fc.constantFrom(1, 5, 10, 60) });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 120 }), (given) => {
        const driver = process({ window: [5 * MINUTE, 10 * MINUTE, HOUR], retain: DAYS });
        const seen = new Set<string>();
        for (const { at, length } of given) {
          const minute = at * 5 - ((at * 5) % length);
          seen.add(`${minute} ${length}`);
          driver.accept('bars-file', bar(minute, length, { volume: length }));
        }
        driver.finish('all');
        for (const row of newest(driver)) {
          const minutes = (Date.parse(row.window_end) - Date.parse(row.window_start)) / MINUTE;
          expect(row.volume).toBeLessThanOrEqual(minutes);
          expect(Math.round((row.volume ?? 0) / row.bars)).toBeLessThanOrEqual(minutes);
          const from = (Date.parse(row.window_start) - START) / MINUTE;
          const sums = [1, 5, 10, 60].map(
            (length) =>
              range(minutes / length).filter((i) => seen.has(`${from + i * length} ${length}`)).length *
              length,
          );
          expect(row.volume).toBeLessThanOrEqual(Math.max(...sums));
          if (driver.late.length === 0) expect(row.volume).toBe(Math.max(...sums));
        }
      }),
      { numRuns: 300 },
    );
  });
});
