import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type OhlcState, ohlc, type TimedValue } from '../../../src/core/stream/aggregations.ts';
import type { Restored } from '../../../src/core/stream/keyed-state.ts';
import { MAX_CHANGED_KEYS, TumblingWindows } from '../../../src/core/stream/windows.ts';
import { MINUTE } from '../../../src/core/util/time.ts';

const rules = (latenessMs = 0, idleMs = MINUTE, lags: Record<string, number> = {}) => ({
  latenessMs,
  idleMs,
  lagOf: (source: string) => lags[source],
});

/** Adds a sample to its windows. Returns the lengths whose window has closed already. */
function accept(windows: TumblingWindows<OhlcState>, key: string, source: string, sample: TimedValue) {
  const { open, missed } = windows.place(key, sample.time, sample.time + 1);
  for (const { state } of open) ohlc.add(state, sample);
  windows.observe(source, sample.time);
  return missed.map(({ length }) => length);
}

function make(sizes: number[], timeRules = rules(), restored: Restored = new Map()) {
  const closed: string[] = [];
  const windows = new TumblingWindows<OhlcState>(
    sizes,
    ohlc.start,
    timeRules,
    (key, { start, end, state }) =>
      closed.push(
        `${key} ${(end - start) / 1000}s@${start / 1000} ${state.open}/${state.high}/${state.low}/${state.close} n=${state.count}`,
      ),
    restored,
  );
  let offset = 0;
  const see = (second: number, value: number, key = 'btc', source = 'file') =>
    accept(windows, key, source, { time: second * 1000, offset: offset++, value });
  return { windows, closed, see };
}

describe('tumbling windows', () => {
  //  0s          60s         120s
  //  |--a----b---|--c--------|d
  test('a window closes when the watermark reaches its end, and not before', () => {
    const { closed, see } = make([MINUTE]);
    see(10, 5);
    see(50, 9);
    expect(closed).toEqual([]);
    see(60, 7);
    expect(closed).toEqual(['btc 60s@0 5/9/5/9 n=2']);
  });

  test('lateness keeps a window open, and a record within it counts', () => {
    const { closed, see } = make([MINUTE], rules(30_000));
    see(10, 5);
    see(70, 7);
    expect(see(59, 1)).toEqual([]);
    see(90, 8);
    expect(closed).toEqual(['btc 60s@0 5/5/1/1 n=2']);
  });

  test('a record whose window has closed is late only for that size', () => {
    const { see } = make([MINUTE, 10 * MINUTE]);
    see(10, 5);
    see(61, 7);
    expect(see(59, 1)).toEqual([MINUTE]);
  });

  test('a record one millisecond before the end of a closed window is late, one at its end is not', () => {
    const { windows, see } = make([MINUTE]);
    see(60, 1);
    see(120, 1);
    const at = (time: number) => accept(windows, 'btc', 'file', { time, offset: 9, value: 1 });
    expect(at(119_999)).toEqual([MINUTE]);
    expect(at(120_000)).toEqual([]);
  });

  test('a backfill of one key makes no other key late', () => {
    const { closed, see } = make([MINUTE]);
    see(100_000, 5, 'btc');
    expect(see(10, 1, 'eth')).toEqual([]);
    expect(see(70, 1, 'eth')).toEqual([]);
    expect(closed).toEqual(['eth 60s@0 1/1/1/1 n=1']);
  });

  test('the slower of two sources holds the window open', () => {
    const { closed, see } = make([MINUTE]);
    see(10, 5, 'btc', 'slow');
    see(200, 6, 'btc', 'fast');
    expect(closed).toEqual([]);
    see(61, 5, 'btc', 'slow');
    expect(closed).toEqual(['btc 60s@0 5/5/5/5 n=1']);
  });

  test('an idle source does not hold back a window until it sends again', () => {
    const { windows, closed, see } = make([MINUTE], rules(0, MINUTE));
    see(10, 5, 'btc', 'ended');
    see(200, 6, 'btc', 'live');
    windows.advanceIdle(1_000_000, true);
    windows.advanceIdle(1_059_999, true);
    expect(closed).toEqual([]);
    see(201, 6, 'btc', 'live');
    windows.advanceIdle(1_060_000, true);
    expect(closed).toEqual(['btc 60s@0 5/5/5/5 n=1']);
  });

  test('the clock advances no watermark while records are unread', () => {
    const { windows, closed, see } = make([MINUTE], rules(0, MINUTE, { live: 0 }));
    see(10, 5, 'btc', 'live');
    for (const now of [20_000, 100_000, 900_000]) windows.advanceIdle(now, false);
    expect(closed).toEqual([]);
  });

  test('the clock advances a silent source of known lag, never past clock - lag', () => {
    const { windows, closed, see } = make([MINUTE], rules(0, 10 * MINUTE, { live: 5_000 }));
    see(10, 5, 'btc', 'live');
    windows.advanceIdle(15_000, true);
    windows.advanceIdle(64_999, true);
    expect(closed).toEqual([]);
    windows.advanceIdle(65_000, true);
    expect(closed).toEqual(['btc 60s@0 5/5/5/5 n=1']);
  });

  test('the clock closes a window although a commit has passed and history is open beside it', () => {
    const { windows, closed, see } = make([MINUTE], rules(0, 60 * MINUTE, { live: 0 }));
    see(70, 5, 'btc', 'live');
    see(10, 1, 'btc', 'live');
    windows.advanceIdle(70_000, true);
    windows.changes();
    windows.advanceIdle(120_000, true);
    expect(closed).toEqual(['btc 60s@60 5/5/5/5 n=1']);
  });

  test('a wall clock that jumps ahead and back closes no window: elapsed time is monotonic', () => {
    const { windows, closed, see } = make([MINUTE], rules(0, 10 * MINUTE, { live: 0 }));
    see(10, 5, 'btc', 'live');
    const looks = [
      [15_000, 0],
      [9e9, 500],
      [9e9, 1000],
      [16_000, 1500],
      [61_000, 46_000],
    ] as const;
    for (const [now, monotonic] of looks) windows.advanceIdle(now, true, monotonic);
    expect(closed).toEqual([]);
    windows.advanceIdle(90_000, true, 50_000);
    expect(closed).toEqual(['btc 60s@0 5/5/5/5 n=1']);
  });

  test('after the wall clock is set back, a silent source becomes idle one idle span later', () => {
    const { windows, closed, see } = make([MINUTE], rules(0, MINUTE));
    see(10, 5, 'btc', 'ended');
    see(200, 6, 'btc', 'live');
    windows.advanceIdle(9_000_000, true, 0);
    windows.advanceIdle(1_000_000, true, 500);
    see(201, 6, 'btc', 'live');
    windows.advanceIdle(1_059_999, true, 60_499);
    expect(closed).toEqual([]);
    windows.advanceIdle(1_060_000, true, 60_500);
    expect(closed).toEqual(['btc 60s@0 5/5/5/5 n=1']);
  });

  test('the clock still advances a key whose only source is idle', () => {
    const { windows, closed, see } = make([MINUTE], rules(0, MINUTE, { live: 360_000 }));
    see(10, 5, 'btc', 'live');
    for (let now = 0; now <= 430_000; now += 1000) windows.advanceIdle(now, true);
    expect(closed).toEqual(['btc 60s@0 5/5/5/5 n=1']);
  });

  test('the clock never advances a source of unknown lag', () => {
    const { windows, closed, see } = make([MINUTE]);
    see(10, 5);
    windows.advanceIdle(0, true);
    windows.advanceIdle(9e12, true);
    windows.finish('clock', 9e12);
    expect(closed).toEqual([]);
  });

  test('finish `all` closes every window, and later records of these are late', () => {
    const { windows, closed, see } = make([MINUTE]);
    see(10, 5);
    see(70, 6, 'eth');
    windows.finish('all', 0);
    expect(closed).toEqual(['btc 60s@0 5/5/5/5 n=1', 'eth 60s@60 6/6/6/6 n=1']);
    expect(see(20, 1)).toEqual([MINUTE]);
    expect(windows.watermark()).toBeUndefined();
  });

  test('a restart from a snapshot at any step changes no output', () => {
    const step = fc.record({
      key: fc.constantFrom('btc|usd', 'eth|usd'),
      source: fc.constantFrom('a', 'b'),
      second: fc.integer({ min: 0, max: 600 }),
      value: fc.integer({ min: 1, max: 99 }),
      restart: fc.boolean(),
      tick: fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined }),
    });
    const run = (
      steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
      restarts: boolean,
    ) => {
      const timeRules = rules(20_000, MINUTE, { b: 5000 });
      const stored = new Map<string, string>();
      const output: string[] = [];
      let now = 0;
      let { windows, closed } = make([MINUTE, 2 * MINUTE], timeRules);
      steps.forEach(({ key, source, second, value, restart, tick }, offset) => {
        const time = second * 1000;
        output.push(accept(windows, key, source, { time, offset, value }).join());
        if (tick !== undefined) {
          now += tick * 1000;
          windows.advanceIdle(now, true);
          windows.advanceIdle(now, false);
        }
        for (const [name, text] of windows.changes())
          if (text === null) stored.delete(name);
          else stored.set(name, text);
        if (!restarts || !restart) return;
        output.push(...closed);
        ({ windows, closed } = make([MINUTE, 2 * MINUTE], timeRules, stored));
      });
      windows.finish('all', now);
      return [...output, ...closed].sort();
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        expect(run(steps, true)).toEqual(run(steps, false));
      }),
      { numRuns: 1000 },
    );
  });

  test('a window that closes before the first commit never enters the state; a later one leaves it', () => {
    const { windows, see } = make([MINUTE]);
    see(10, 5);
    see(70, 6);
    const names = () => windows.changes().map(([name, value]) => [name, value === null]);
    expect(names()).toEqual([
      ['clock|btc', false],
      ['window|60000|60000|btc', false],
    ]);
    see(130, 7);
    see(190, 8);
    expect(names()).toEqual([
      ['window|60000|60000|btc', true],
      ['clock|btc', false],
      ['window|60000|180000|btc', false],
    ]);
  });

  test('a restored window leaves the state when it closes', () => {
    const state = JSON.stringify(ohlc.start());
    const { windows, see } = make([MINUTE], rules(), new Map([['window|60000|0|btc', state]]));
    see(60, 5);
    expect(windows.changes()[0]).toEqual(['window|60000|0|btc', null]);
  });

  describe('with more keys than one commit takes', () => {
    const COUNT = 2 * MAX_CHANGED_KEYS + 7;
    const isClock = ([name]: readonly [string, unknown]) => name.startsWith('clock|');

    /** One value of each key, committed whenever a commit is due. */
    function filled(timeRules = rules()) {
      const made = make([MINUTE, 2 * MINUTE], timeRules);
      const stored = new Map<string, string>();
      const commit = () => {
        const changes = made.windows.changes();
        for (const [name, text] of changes)
          if (text === null) stored.delete(name);
          else stored.set(name, text);
        return changes;
      };
      for (let i = 0; i < COUNT; i++) {
        made.see(10, 1 + (i % 7), `k${i}`, i % 2 === 0 ? 'file' : 'live');
        if (made.windows.isFull) commit();
      }
      commit();
      return { ...made, stored, commit };
    }

    test('a commit is due when MAX_CHANGED_KEYS keys have changed, however often each did', () => {
      const { windows, see } = make([MINUTE]);
      for (let i = 1; i < MAX_CHANGED_KEYS; i++) for (const second of [1, 2]) see(second, 1, `k${i}`);
      expect(windows.isFull).toBe(false);
      see(1, 1, 'one more');
      expect(windows.isFull).toBe(true);
      const changes = windows.changes();
      expect(changes).toHaveLength(2 * MAX_CHANGED_KEYS);
      expect(changes.reduce((sum, [name, text]) => sum + name.length + text!.length, 0)).toBeLessThan(
        400 * MAX_CHANGED_KEYS,
      );
      expect(windows.isFull).toBe(false);
    });

    test.each(['all', 'clock'] as const)('finish `%s` in steps closes each window once', (mode) => {
      const timeRules = rules(0, MINUTE, { file: 0, live: 0 });
      const { windows, closed, stored, commit } = filled(timeRules);
      const sizes: number[] = [];
      let now = 300_000;
      do {
        windows.finish(mode, now++);
        sizes.push(commit().filter(isClock).length);
        windows.advanceIdle(now, true);
      } while (windows.isUnfinished);
      expect(sizes).toEqual([MAX_CHANGED_KEYS, MAX_CHANGED_KEYS, 7]);
      const expected = Array.from({ length: COUNT }, (_, i) =>
        [60, 120].map(
          (size) =>
            `k${i} ${size}s@0 ${Array(4)
              .fill(1 + (i % 7))
              .join('/')} n=1`,
        ),
      );
      expect(closed).toEqual(expected.flat());
      expect([...stored.keys()].filter((name) => !name.startsWith('clock|'))).toEqual([]);
      const watermarks = [...stored.values()].map(
        (text) => (JSON.parse(text) as { watermark: number }).watermark,
      );
      expect(new Set(watermarks)).toEqual(
        new Set([mode === 'all' ? Math.max(120_000, watermarks[0]!) : 300_000]),
      );
    });

    test('a restart between two steps of `finish` closes the other windows', () => {
      const { windows, closed, stored, commit } = filled();
      windows.finish('all', 0);
      commit();
      expect(windows.isUnfinished).toBe(true);
      const next = make([MINUTE, 2 * MINUTE], rules(), stored);
      do {
        next.windows.finish('all', 0);
        next.windows.changes();
      } while (next.windows.isUnfinished);
      expect(new Set([...closed, ...next.closed]).size).toBe(2 * COUNT);
      expect(closed.length + next.closed.length).toBe(2 * COUNT);
    });

    test('the silence of all keys is stored over several commits', () => {
      const { windows, stored, commit } = filled();
      windows.advanceIdle(1_000_000, true);
      expect(windows.isFull).toBe(false);
      const sizes: number[] = [];
      do sizes.push(commit().length);
      while (windows.isUnfinished);
      expect(sizes).toEqual([MAX_CHANGED_KEYS, MAX_CHANGED_KEYS, 7]);
      expect([...stored].filter(isClock).every(([, text]) => text.includes('"lastSeen":1000000'))).toBe(true);
    });
  });

  test('a window stored without a field, as by an earlier version, is restored', () => {
    const { windows, closed, see } = make([MINUTE]);
    see(10, 5);
    see(20, 7);
    const stored = new Map(
      windows.changes().map(([name, text]) => [name, text!.replace(/,"maxGapMs":\d+/, '')]),
    );
    expect(stored.get('window|60000|0|btc')).not.toContain('maxGapMs');
    const restarted = make([MINUTE], rules(), stored);
    restarted.see(50, 6);
    expect(new Map(restarted.windows.changes()).get('window|60000|0|btc')).toContain('"maxGapMs":30000}');
    restarted.see(60, 1);
    expect([...closed, ...restarted.closed]).toEqual(['btc 60s@0 5/7/5/6 n=3']);
  });

  test('a state stored in the spelling of earlier versions is restored', () => {
    const state = new Map([
      ['clock|btc', '{"mark":60000,"feeds":{"file":{"time":60000},"x":{"time":70000}}}'],
    ]);
    const { windows, see } = make([MINUTE], rules(), state);
    expect(windows.watermarkOf('btc')).toBe(MINUTE);
    expect(see(59, 1)).toEqual([MINUTE]);
    see(90, 2);
    expect(windows.watermarkOf('btc')).toBe(70_000);
    expect(new Map(windows.changes()).get('clock|btc')).toBe(
      '{"watermark":70000,"sources":{"file":{"time":90000},"x":{"time":70000}}}',
    );
  });

  test('for every size, on-time records + late records = input', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 80 }), (seconds) => {
        const counted = new Map<number, number>();
        const windows = new TumblingWindows<OhlcState>(
          [MINUTE, 5 * MINUTE],
          ohlc.start,
          rules(9000),
          (_, { start, end, state }) =>
            counted.set(end - start, (counted.get(end - start) ?? 0) + state.count),
        );
        seconds.forEach((second, offset) => {
          const time = second * 1000;
          for (const size of accept(windows, 'k', 's', { time, offset, value: 1 }))
            counted.set(Number(size), (counted.get(Number(size)) ?? 0) + 1);
        });
        windows.finish('all', 0);
        for (const size of [MINUTE, 5 * MINUTE]) expect(counted.get(size) ?? 0).toBe(seconds.length);
      }),
    );
  });
});
