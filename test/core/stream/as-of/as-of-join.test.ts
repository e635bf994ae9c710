import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AsOfSettings } from '../../../../src/core/stream/as-of/as-of-join.ts';
import { type Arrival, joinOf, save, shown, slowJoin } from './reference.ts';

/** A join with everything it answered. */
function driven(given: Partial<AsOfSettings> = {}) {
  const stored = new Map<string, string>();
  let join = joinOf(given);
  const decided: string[] = [];
  const late: string[] = [];
  return {
    decided,
    late,
    get join() {
      return join;
    },
    left: (on: string, time: number, item: string) =>
      void decided.push(...join.acceptLeft(on, item, item, time).map(shown)),
    right(series: string, time: number, item: string) {
      const { lateMs, decided: now } = join.acceptRight(series, item, time);
      if (lateMs > 0) late.push(item);
      decided.push(...now.map(shown));
    },
    idle: (now: number, caughtUp = true) => void decided.push(...join.advanceIdle(now, caughtUp).map(shown)),
    finish: (mode: 'clock' | 'all', now = 0) => void decided.push(...join.finish(mode, now).map(shown)),
    restart() {
      join = joinOf(given, save(join, stored));
    },
  };
}

const arrivals = fc
  .array(
    fc.record({
      isLeft: fc.boolean(),
      on: fc.constantFrom('a', 'b'),
      rank: fc.constantFrom('1', '2'),
      step: fc.integer({ min: -9, max: 12 }),
    }),
    { maxLength: 60, size: 'max' },
  )
  .map((all) => {
    let time = 100;
    return all.map(({ isLeft, on, rank, step }, at): Arrival => {
      time += step;
      return { isLeft, series: isLeft ? on : `${on}${rank}live`, time, item: `${at}` };
    });
  });

describe('AsOfJoin', () => {
  test('a random stream gives what the definition gives, and the same records are late', () => {
    fc.assert(
      fc.property(arrivals, (all) => {
        const run = driven();
        for (const { isLeft, series, time, item } of all) run[isLeft ? 'left' : 'right'](series, time, item);
        run.finish('all', 0);
        expect({ decided: run.decided, late: run.late }).toEqual(slowJoin(all));
        expect(run.decided).toHaveLength(all.filter(({ isLeft }) => isLeft).length);
      }),
      { numRuns: 150 },
    );
  });

  // What the clock moved since the last record is not stored: a source of known lag has to be silent for as long again.
  test.each([
    ['live', ['left', 'right', 'right']],
    ['file', ['left', 'right', 'right', 'idle', 'behind']],
  ])('a restart at any step changes nothing, with %s sources', (source, kinds) => {
    const step = fc.record({
      kind: fc.constantFrom(...kinds),
      series: fc.constantFrom('a1', 'a2', 'b1', 'b2').map((name) => name + source),
      time: fc.nat(150),
      isRestart: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50, size: 'max' }), (steps) => {
        const [whole, cut] = [driven(), driven()];
        let now = 100;
        for (const [at, { kind, series, time, isRestart }] of steps.entries()) {
          now += kind === 'idle' ? 30 : 0;
          for (const run of [whole, cut]) {
            if (kind === 'left') run.left(series[0]!, time, `${at}`);
            else if (kind === 'right') run.right(series, time, `${at}`);
            else run.idle(now, kind === 'idle');
          }
          if (isRestart) cut.restart();
        }
        for (const run of [whole, cut]) run.finish('clock', now);
        cut.restart();
        for (const run of [whole, cut]) run.finish('all', now);
        expect([cut.decided, cut.late]).toEqual([whole.decided, whole.late]);
      }),
      { numRuns: 150 },
    );
  });

  test('a series of known lag is waited for until the clock is past it', () => {
    for (const [now, isOut] of [
      [115, false],
      [116, true],
    ] as const) {
      const run = driven();
      run.right('a1live', 90, 'r');
      run.left('a', 100, 'l');
      run.idle(90);
      run.idle(now);
      expect(run.decided).toEqual(isOut ? ['l@100 r@90'] : []);
    }
  });

  test('a series of unknown lag is waited for until it is idle', () => {
    for (const [silentMs, isOut] of [
      [59, false],
      [60, true],
    ] as const) {
      const run = driven();
      run.right('a1file', 90, 'r');
      run.left('a', 100, 'l');
      run.idle(1000);
      run.restart();
      run.idle(1000 + silentMs, false);
      run.idle(1000 + silentMs);
      expect(run.decided).toEqual(isOut ? ['l@100 r@90'] : []);
    }
  });

  test('a left record without any series waits as long as a silent source', () => {
    const run = driven();
    run.left('a', 100, 'l');
    run.idle(1000);
    run.idle(1059);
    expect(run.decided).toEqual([]);
    run.restart();
    run.idle(1060);
    run.left('a', 101, 'm');
    expect(run.decided).toEqual(['l@100 no series', 'm@101 no series']);
    run.right('a1file', 100, 'r');
    expect(run.late).toEqual(['r']);
  });

  test('a series that is far behind its siblings is not waited for', () => {
    for (const [time, isOut] of [
      [124, false],
      [125, true],
    ] as const) {
      const run = driven();
      run.right('a1file', 100, 'old');
      run.right('a2file', 105, 'r');
      run.left('a', 110, 'l');
      run.right('a2file', time, 'new');
      expect(run.decided).toEqual(isOut ? ['l@110 old@100'] : []);
    }
  });

  test('a one-shot run keeps records that wait for a source of unknown lag, and decides those that no source can serve', () => {
    const run = driven();
    run.right('a1file', 90, 'r');
    run.right('b1live', 90, 's');
    for (const on of ['a', 'b', 'c']) run.left(on, 100, on);
    run.finish('clock', 1000);
    expect(run.decided).toEqual(['b@100 s@90', 'c@100 no series']);
    run.restart();
    run.right('a1file', 100, 'tomorrow');
    run.right('a1file', 106, 'later');
    expect(run.decided.slice(2)).toEqual(['a@100 tomorrow@100']);
  });

  test('above the limit, the left record that came first is decided by what is there', () => {
    const run = driven({ maxPending: 2 });
    run.right('a1live', 90, 'r');
    for (const time of [103, 101, 102]) run.left('a', time, 'l');
    expect(run.decided).toEqual(['l@103 r@90']);
    run.right('a1live', 103, 's');
    expect(run.late).toEqual(['s']);
    expect(run.join.watermark()).toBe(98);
  });

  test('a left record of a time of which right ones were forgotten says so', () => {
    const minute = 60_000;
    const run = driven({ maxKept: 3 });
    for (let at = 0; at < 6; at += 1) run.right('a1live', at * minute, `${at}`);
    run.left('a', 0, 'l');
    run.left('a', 5 * minute - 6, 'm');
    expect(run.decided).toEqual(['l@0 not kept', `m@${5 * minute - 6} too old`]);
    expect(run.join.changes().flatMap(([key, text]) => (key.startsWith('rights|') ? [text] : []))).toEqual([
      '{"times":[240000,60000],"items":["4","5"]}',
    ]);
  });

  test('right records that a waiting left record may use are not forgotten', () => {
    const minute = 60_000;
    const run = driven({ maxKept: 1, maxAgeMs: 10 * minute });
    run.right('a1file', 0, 'r');
    run.left('a', minute, 'l');
    for (let at = 1; at <= 40; at += 1) run.right('a1file', at === 1 ? 0 : 60_004, `${at}`);
    run.right('b1file', 0, 'x');
    run.finish('all');
    expect(run.decided).toEqual(['l@60000 1@0']);
  });

  test('a left record can wait while right records are read first, until too many are kept', () => {
    const run = driven({ maxKept: 4 });
    expect(run.join.canWait('a', 100)).toBe(true);
    run.right('a1file', 90, 'r');
    expect(run.join.canWait('a', 100)).toBe(true);
    expect(run.join.canWait('b', 100)).toBe(true);
    run.right('a1file', 106, 's');
    expect(run.join.canWait('a', 100)).toBe(false);
    for (const time of [107, 108, 109]) run.right('a1file', time, 't');
    expect(run.join.canWait('b', 100)).toBe(false);
  });

  test('right records are kept for an awaited left record, up to twice the usual number', () => {
    const minute = 60_000;
    for (const [count, result] of [
      [8, 'l@10 0@0'],
      [9, 'l@10 not kept'],
    ] as const) {
      const run = driven({ maxKept: 4 });
      run.join.canWait('a', 10);
      for (let at = 0; at < count; at += 1) run.right('a1live', at * minute, `${at}`);
      run.left('a', 10, 'l');
      expect(run.decided).toEqual([result]);
    }
  });

  test('after the last right record, left records are decided as they come, as at the end of the run', () => {
    for (const mode of ['clock', 'all'] as const) {
      const [early, late] = [driven(), driven()];
      const lefts = (run: ReturnType<typeof driven>) => {
        for (const on of ['c', 'a', 'b']) run.left(on, 100, on);
      };
      for (const run of [early, late]) {
        run.right('a1file', 90, 'r');
        run.right('b1live', 90, 's');
      }
      early.finish(mode, 1000);
      lefts(early);
      lefts(late);
      late.finish(mode, 1000);
      expect(early.decided.sort()).toEqual(late.decided.sort());
      expect(early.decided).toHaveLength(mode === 'all' ? 3 : 2);
    }
  });

  test('a left record before the first right one has no series, whichever was read first', () => {
    const run = driven();
    run.right('a1live', 200, 'r');
    run.left('a', 100, 'l');
    run.left('a', 190, 'm');
    expect(run.decided).toEqual(['l@100 no series', 'm@190 no series']);
  });

  test('a left record that is removed before its decision leaves no row', () => {
    const run = driven();
    run.left('a', 100, 'l');
    expect([run.join.remove('l'), run.join.remove('l')]).toEqual([1, 0]);
    run.finish('all');
    expect([run.decided, run.join.watermark()]).toEqual([[], undefined]);
  });
});
