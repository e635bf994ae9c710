import fc from 'fast-check';
import type { Settings } from '../../../src/core/option.ts';
import { MINUTE } from '../../../src/core/util/time.ts';
import type { Signal } from '../../../src/market/signals/signal.ts';
import { signals } from '../../../src/processors/signals.ts';
import { type Driver, runLogic } from '../driver.ts';
import { at, bar, POSTS, post, tick } from './feed.ts';

/** A record that arrives `wait` seconds after the one before it, `delay` seconds after its event time. */
export interface Arrival {
  readonly kind: 'x' | 'wallex' | 'coinmarketcap' | 'bar';
  readonly wait: number;
  readonly delay: number;
  readonly coin: string;
  readonly value: number;
  readonly isRestarted: boolean;
}

/** How far each live source may lag the clock, seconds. */
const LAG = { x: 30, wallex: 5, coinmarketcap: 360, bar: 5 } as const;

export const arrival = (kinds: readonly Arrival['kind'][], mostDelay = 1500): fc.Arbitrary<Arrival> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    wait: fc.integer({ min: 0, max: 200 }),
    delay: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: mostDelay })),
    coin: fc.constantFrom('btc', 'eth'),
    value: fc.integer({ min: 1, max: 9 }),
    isRestarted: fc.boolean(),
  });

interface Timed extends Arrival {
  /** Seconds after START. */
  readonly arrived: number;
  readonly second: number;
}

/** Gives each arrival its times. */
export function timed(arrivals: readonly Arrival[]): Timed[] {
  let arrived = 3600;
  const all = arrivals.map((one) => {
    arrived += one.wait;
    return { ...one, arrived, second: arrived - one.delay };
  });
  return inTime(all);
}

/** Makes a source's first record about a coin no later than the source may lag: of one that is, nothing tells when it arrived. */
export function inTime(all: readonly Timed[]): Timed[] {
  const known = new Set<string>();
  return all.map((one) => {
    const stream = `${one.kind} ${one.coin}`;
    const earliest = known.has(stream) ? Number.NEGATIVE_INFINITY : one.arrived - LAG[one.kind];
    known.add(stream);
    return { ...one, second: Math.max(one.second, earliest) };
  });
}

function give(driver: Driver, { kind, coin, second, value }: Timed): void {
  if (kind === 'x')
    driver.accept(
      POSTS,
      post(second, { source: 'x', coin, author_id: `a${value}`, sentiment_score: (value - 5) / 10 }),
    );
  else if (kind === 'bar') {
    const minute = Math.floor(second / 60) - 1;
    driver.accept('bars-file', bar(minute, value, 1, { source: 'kline', base: coin, quote: 'eur' }));
  } else driver.accept('prices', tick(second, value, { source: kind, coin }));
}

interface RunOptions {
  readonly settings?: Partial<Settings<typeof signals.options>>;
  readonly restarts?: boolean;
  /** Whether the clock moves silent sources on; the time that it has is not stored. */
  readonly hasClock?: boolean;
}

/** Hands each record over when it arrives, to logic that has read everything before. */
export function runArrivals(
  arrivals: readonly Timed[],
  { settings = {}, restarts = false, hasClock = true }: RunOptions = {},
) {
  const driver = runLogic(signals, {
    window: [10 * MINUTE, 20 * MINUTE],
    lateness: 30_000,
    // A bar ends up to a minute before the event time.
    sourceLag: { kline: 65_000 },
    ...settings,
  });
  for (const one of arrivals) {
    driver.advance(hasClock ? at(one.arrived) : 0);
    give(driver, one);
    driver.stored();
    if (restarts && one.isRestarted) driver.restart();
  }
  driver.finish('all');
  return { driver, rows: driver.outputs.map(({ value }) => value as Signal) };
}

/** The newest row of each key. */
export function newestRows(rows: readonly Signal[]): Signal[] {
  const byKey = new Map<string, Signal>();
  for (const row of rows) byKey.set(`${row.coin}|${row.window}|${row.window_start}`, row);
  return [...byKey.values()];
}
