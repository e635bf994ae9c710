import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Restored } from '../../../src/core/stream/keyed-state.ts';
import type { Sides } from '../../../src/core/stream/match.ts';
import { type JoinSettings, ToleranceJoin } from '../../../src/core/stream/tolerance-join.ts';
import { SECOND } from '../../../src/core/util/time.ts';

/** `x/q` or `q/r` of one source; times in seconds. */
interface Item {
  readonly source: string;
  readonly base: string;
  readonly quote: string;
  readonly time: number;
  readonly id: number;
}

const settings: JoinSettings = {
  mode: 'nearest',
  toleranceMs: 30 * SECOND,
  keepMs: 600 * SECOND,
  rules: {
    latenessMs: 5 * SECOND,
    idleMs: 60 * SECOND,
    lagOf: (source) => (source === 'wallex' ? 5 * SECOND : undefined),
  },
};

const series = ({ source, base, quote }: Item) => `${source}|${base}|${quote}`;
const same = (first: Item, second: Item) => first.id === second.id;
const sides: Sides<Item, Item> = {
  left: { series, same, on: ({ quote }) => quote },
  right: {
    series,
    same,
    on: ({ base }) => base,
    pair: ({ base, quote }) => `${base}|${quote}`,
    source: ({ source }) => source,
  },
};

type Join = ToleranceJoin<Item, Item>;
type Event = readonly ['left' | 'right', Item];

let ids = 0;
const left = (time: number, base = 'btc', source = 'cmc', quote = 'usdt'): Event => [
  'left',
  { source, base, quote, time, id: ids++ },
];
const right = (time: number, quote = 'tmn', source = 'wallex', base = 'usdt'): Event => [
  'right',
  { source, base, quote, time, id: ids++ },
];

const make = (given: Partial<JoinSettings> = {}, restored: Restored = new Map()): Join =>
  new ToleranceJoin({ ...settings, ...given }, sides, restored);

const accept = (join: Join, [side, item]: Event) =>
  side === 'left' ? join.acceptLeft(item, item.time * SECOND) : join.acceptRight(item, item.time * SECOND);

/** A match in one word: the ids of both. */
const name = ({ left, right }: { left: Item; right: Item }) => `${left.id}~${right.id}`;
const matchesOf = (join: Join, event: Event): string[] => {
  const decision = accept(join, event);
  return decision.kind === 'kept' ? decision.matches.map(name) : [];
};
const run = (join: Join, events: readonly Event[]) => events.flatMap((event) => matchesOf(join, event));

/** `left~right` in seconds, for timelines. */
const times = (join: Join, events: readonly Event[]) =>
  events.flatMap((event) => {
    const decision = accept(join, event);
    return decision.kind === 'kept'
      ? decision.matches.map((m) => `${m.left.time}~${m.right.time}`)
      : [decision.kind];
  });

const within = (l: Item, r: Item) => l.quote === r.base && l.time - r.time >= -30 && l.time - r.time < 30;

function bruteAll(events: readonly Event[]): string[] {
  const of = (side: string) => events.filter(([on]) => on === side).map(([, item]) => item);
  return of('left').flatMap((l) =>
    of('right').flatMap((r) => (within(l, r) ? [name({ left: l, right: r })] : [])),
  );
}

/** The definition, without buffers: for each left record and pair, of the rights that came in time the closest. */
function bruteNearest(events: readonly Event[]): string[] {
  const clocks = new Map<string, Map<string, number>>();
  const watermarkOf = (pair: string) => Math.min(...(clocks.get(pair)?.values() ?? [])) - 5;
  const rights = events.flatMap(([side, item]) => {
    if (side === 'left') return [];
    const pair = sides.right.pair(item);
    const before = clocks.has(pair) ? watermarkOf(pair) : Number.NEGATIVE_INFINITY;
    const sources = clocks.get(pair) ?? new Map<string, number>();
    sources.set(item.source, Math.max(item.time, sources.get(item.source) ?? 0));
    clocks.set(pair, sources);
    return [{ item, pair, before }];
  });
  return events.flatMap(([side, l]) => {
    if (side === 'right') return [];
    return [...clocks.keys()].flatMap((pair) => {
      const best = rights
        .filter((r) => r.pair === pair && within(l, r.item) && r.before < l.time + 30)
        .sort(
          (a, b) =>
            Math.abs(l.time - a.item.time) - Math.abs(l.time - b.item.time) || a.item.time - b.item.time,
        )[0];
      return best === undefined ? [] : [name({ left: l, right: best.item })];
    });
  });
}

/** Times within the last ten minutes, each once a series, so that nothing is late or a repeat. */
const seconds = fc.uniqueArray(fc.integer({ min: 1000, max: 1500 }), { maxLength: 25 });
const lefts = fc
  .tuple(seconds, seconds)
  .map(([a, b]) => [...a.map((time) => left(time)), ...b.map((time) => left(time, 'eth'))]);
const rights = fc
  .tuple(seconds, seconds)
  .map(([a, b]) => [...a.map((time) => right(time)), ...b.map((time) => right(time, 'eur'))]);
const shuffled = <T>(items: readonly T[]) =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
/** Both sides, each in an order of its own, and two ways to merge them. */
const feeds = fc
  .tuple(lefts.chain(shuffled), rights.chain(shuffled))
  .chain(([ls, rs]) => {
    const order = shuffled([...ls.map(() => 'left'), ...rs.map(() => 'right')]);
    return fc.tuple(fc.constant(ls), fc.constant(rs), order, order);
  })
  .map(([ls, rs, ...orders]) => orders.map((order) => merge(ls, rs, order)));

function merge(ls: readonly Event[], rs: readonly Event[], order: readonly string[]): Event[] {
  const next = { left: 0, right: 0 };
  return order.map((side) => (side === 'left' ? ls[next.left++]! : rs[next.right++]!));
}

function save(saved: Map<string, string>, join: Join): void {
  for (const [key, text] of join.changes())
    if (text === null) saved.delete(key);
    else saved.set(key, text);
}

describe('mode all', () => {
  test('a skew of -30 s matches, +30 s does not, whichever side comes last', () => {
    for (const turn of [(events: Event[]) => events, (events: Event[]) => events.reverse()]) {
      expect(times(make({ mode: 'all' }), turn([left(100), right(130)]))).toEqual(['100~130']);
      expect(times(make({ mode: 'all' }), turn([left(100), right(131)]))).toEqual([]);
      expect(times(make({ mode: 'all' }), turn([left(100), right(71)]))).toEqual(['100~71']);
      expect(times(make({ mode: 'all' }), turn([left(100), right(70)]))).toEqual([]);
    }
  });

  test('every match is emitted once, when its second record arrives', () => {
    fc.assert(
      fc.property(feeds, ([events = []]) => {
        expect(run(make({ mode: 'all' }), events).sort()).toEqual(bruteAll(events).sort());
      }),
      { numRuns: 100 },
    );
  });

  test('mode all matches repeats', () => {
    const twice = left(100);
    expect(times(make({ mode: 'all' }), [right(90), twice, twice])).toEqual(['100~90', '100~90']);
  });

  test('in mode all the clock has no effect', () => {
    const join = make({ mode: 'all' });
    run(join, [left(100), right(100)]);
    join.changes();
    expect(join.finish('all', 1e9)).toEqual([]);
    expect(join.changes()).toEqual([]);
  });
});

describe('mode nearest', () => {
  test('a left record is decided when the watermark passes its time + tolerance', () => {
    const join = make();
    //  left at 100; due at 130; the watermark is the newest right - 5
    expect(times(join, [right(95), left(100), right(102), right(134)])).toEqual([]);
    expect(times(join, [right(135)])).toEqual(['100~102']);
  });

  test('a left record that arrives after that is decided at once', () => {
    expect(times(make(), [right(95), right(102), right(160), left(100)])).toEqual(['100~102']);
  });

  test('the earlier right record wins a tie', () => {
    expect(times(make(), [right(104), right(96), right(160), left(100)])).toEqual(['100~96']);
  });

  test('a right record that arrives after a decision is due does not take part, even if the left one is read later', () => {
    expect(times(make(), [left(100), right(90), right(135), right(101)])).toEqual(['100~90']);
    expect(times(make(), [right(90), right(135), right(101), left(100)])).toEqual(['100~90']);
  });

  test('a left record gets one row per pair, also for a pair that appears later', () => {
    const join = make();
    expect(times(join, [left(100), right(100), right(140)])).toEqual(['100~100']);
    expect(times(join, [right(101, 'eur'), right(140, 'eur')])).toEqual(['100~101']);
  });

  test('of several sources of one pair the slower holds it back and the closest record wins', () => {
    const join = make();
    expect(times(join, [left(100), right(90), right(99, 'tmn', 'other'), right(200)])).toEqual([]);
    expect(times(join, [right(200, 'tmn', 'other')])).toEqual(['100~99']);
  });

  test('a record equal to the last one of its series and time is a repeat', () => {
    const once = left(100);
    const rate = right(100);
    expect(times(make(), [once, once, rate, rate, right(140), once])).toEqual([
      'repeat',
      'repeat',
      '100~100',
      'repeat',
    ]);
  });

  test('two different records of one instant are both joined', () => {
    expect(times(make(), [right(100), right(140), left(100), left(100)])).toEqual(['100~100', '100~100']);
  });

  test('nearest equals its definition, at most one row per left record and pair', () => {
    fc.assert(
      fc.property(feeds, ([events = []]) => {
        const join = make();
        const found = [...run(join, events), ...join.finish('all', 0).map(name)];
        expect(found.sort()).toEqual(bruteNearest(events).sort());
      }),
      { numRuns: 200 },
    );
  });

  test('the interleaving of the two sides changes no row', () => {
    fc.assert(
      fc.property(feeds, ([first = [], second = []]) => {
        expect(run(make(), first).sort()).toEqual(run(make(), second).sort());
      }),
      { numRuns: 200 },
    );
  });
});

describe('buffering', () => {
  test('only a record more than 10 minutes behind its own series is late', () => {
    const join = make();
    run(join, [left(1000), right(1000)]);
    expect(accept(join, left(400)).kind).toBe('kept');
    expect(accept(join, left(399.999))).toEqual({ kind: 'late', byMs: 1 });
    expect(accept(join, right(399))).toEqual({ kind: 'late', byMs: 1000 });
    expect(accept(join, left(10, 'eth')).kind).toBe('kept');
    expect(accept(join, left(10, 'btc', 'file')).kind).toBe('kept');
    expect(accept(join, right(10, 'eur')).kind).toBe('kept');
  });

  test('a quote ten minutes late still matches its rate', () => {
    expect(times(make(), [right(100), right(400), right(699), left(100)])).toEqual(['100~100']);
  });

  test("a quote before an hour's gap in the rates still gets its rate", () => {
    expect(times(make(), [right(100), left(100), right(3700)])).toEqual(['100~100']);
  });

  test('without a right side, left records are dropped after 10 minutes', () => {
    const join = make();
    const saved = new Map<string, string>();
    for (let second = 0; second < 20_000; second += 60) {
      run(join, [left(second)]);
      save(saved, join);
    }
    expect(saved.size).toBe(11);
    expect(run(join, [right(0), right(1e6)])).toHaveLength(0);
  });

  test('state stays bounded and commits stay small', () => {
    const join = make();
    const saved = new Map<string, string>();
    let largest = 0;
    for (let second = 0; second < 20_000; second += 10) {
      run(join, [left(second), right(second)]);
      const changes = join.changes();
      largest = Math.max(largest, changes.length);
      for (const [key, text] of changes)
        if (text === null) saved.delete(key);
        else saved.set(key, text);
    }
    expect(saved.size).toBe(2 * 11 + 1);
    expect(largest).toBeLessThanOrEqual(5);
  });
});

describe('the clock', () => {
  test('the clock decides while the rates are silent, once all inputs are read', () => {
    const join = make();
    run(join, [right(100), left(100)]);
    // The rate's time moves on by what passed between two looks at which nothing was left to read: 20 + 14 + 1 s.
    for (const [now, caughtUp] of [
      [120, true],
      [140, true],
      [150, false],
      [160, true],
      [174, true],
    ] as const)
      expect(join.advanceIdle(now * SECOND, caughtUp)).toEqual([]);
    expect(join.advanceIdle(175 * SECOND, true)).toHaveLength(1);
  });

  test('the clock never advances a source of unknown lag; finish `all` does', () => {
    const join = make();
    run(join, [right(100, 'tmn', 'sample'), left(100)]);
    expect(join.finish('clock', 1e9)).toEqual([]);
    expect(join.finish('all', 1e9)).toHaveLength(1);
    expect(join.finish('all', 1e9)).toEqual([]);
    expect(times(join, [right(101, 'tmn', 'sample'), left(101), right(140, 'tmn', 'sample')])).toEqual([
      '101~101',
    ]);
  });

  test('watermark() is the least one of the pairs in use', () => {
    const join = make();
    expect(join.watermark()).toBeUndefined();
    run(join, [right(100), right(50, 'eur'), right(10, 'eur', 'wallex', 'btc')]);
    expect(join.watermark()).toBeUndefined();
    run(join, [left(100)]);
    expect(join.watermark()).toBe(45 * SECOND);
  });
});

describe('a restart from a snapshot', () => {
  const restarts = fc.array(fc.nat(60), { maxLength: 8 });

  test.each(['all', 'nearest'] as const)('a restart at any step changes no output (%s)', (mode) => {
    fc.assert(
      fc.property(feeds, restarts, ([events = []], at) => {
        const whole = make({ mode });
        let join = make({ mode });
        const saved = new Map<string, string>();
        for (const [step, event] of events.entries()) {
          expect(matchesOf(join, event)).toEqual(matchesOf(whole, event));
          save(saved, join);
          if (at.includes(step)) join = make({ mode }, saved);
        }
        expect(join.finish('all', 0).map(name)).toEqual(whole.finish('all', 0).map(name));
      }),
      { numRuns: 100 },
    );
  });

  test('a state stored in the spelling of earlier versions is restored, and rewritten', () => {
    const saved = new Map<string, string>();
    const join = make();
    run(join, [right(100), left(100)]);
    save(saved, join);
    const [[key, text]] = [...saved].filter(([name]) => name.startsWith('clock|')) as [[string, string]];
    const { watermark, sources } = JSON.parse(text);
    saved.set(key, JSON.stringify({ mark: watermark, feeds: sources }));
    const again = make({}, saved);
    expect(again.watermark()).toBe(watermark);
    expect(new Map(again.changes()).get(key)).toBe(text);
    expect(run(again, [right(200)])).toEqual(run(join, [right(200)]));
  });

  test('a decision made by the clock is not repeated after a restart', () => {
    const saved = new Map<string, string>();
    const join = make();
    run(join, [right(100), left(100)]);
    join.advanceIdle(120 * SECOND, true);
    save(saved, join);
    expect(join.advanceIdle(155 * SECOND, true)).toHaveLength(1);
    save(saved, join);
    const again = make({}, saved);
    expect(run(again, [right(200)])).toEqual([]);
    expect(again.finish('all', 0)).toEqual([]);
  });

  test('with a moving clock and restarts no row is emitted twice', () => {
    const steps = fc.array(fc.oneof(fc.constant('next'), fc.constant('clock'), fc.constant('restart')), {
      maxLength: 150,
    });
    fc.assert(
      fc.property(feeds, steps, ([events = []], order) => {
        let join = make();
        const saved = new Map<string, string>();
        const rows: string[] = [];
        let next = 0;
        for (const [step, kind] of order.entries()) {
          const now = (1000 + step * 7) * SECOND;
          if (kind === 'next' && next < events.length) rows.push(...matchesOf(join, events[next++]!));
          if (kind === 'clock') rows.push(...join.advanceIdle(now, true).map(name));
          save(saved, join);
          if (kind === 'restart') join = make({}, saved);
        }
        const quotePairs = [...rows, ...join.finish('all', 0).map(name)].map((row) => {
          const [l, r] = row.split('~').map((id) => events.find(([, item]) => item.id === Number(id))![1]);
          return `${l!.id}|${r!.quote}`;
        });
        expect(new Set(quotePairs).size).toBe(quotePairs.length);
      }),
      { numRuns: 100 },
    );
  });
});
