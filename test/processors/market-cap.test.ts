import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/util/time.ts';
import type { MarketCap } from '../../src/market/prices/total-cap.ts';
import { marketCap } from '../../src/processors/market-cap.ts';
import { at, type Driver, iso, runLogic } from './driver.ts';
import { coinMarketCap, merged, wallex } from './feeds.ts';

/** A cap seen `minute` minutes after 10:00. */
interface Seen {
  readonly minute: number;
  readonly coin: string;
  readonly cap: number;
  readonly source?: string;
  readonly quote?: string;
}

const see = (driver: Driver, minute: number, coin: string, cap: unknown, more: object = {}) =>
  driver.accept('prices-coinmarketcap', {
    source: 'coinmarketcap',
    base: coin,
    quote: 'usd',
    price: 1,
    market_cap: cap,
    last_updated: iso(minute * 60),
    ...more,
  });
const seeAll = (driver: Driver, caps: readonly Seen[]) => {
  for (const { minute, coin, cap, ...more } of caps) see(driver, minute, coin, cap, more);
};

const rows = (driver: Driver) => driver.outputs.map(({ value }) => value as MarketCap);
/** `minute: total of coins`, for timelines. */
const totals = (driver: Driver) =>
  rows(driver).map(
    (row) => `${(Date.parse(row.time) - at(0)) / MINUTE}: ${row.total_market_cap} of ${row.coins}`,
  );

/** The definition: for each minute the newest cap of each coin, younger than five minutes, once. */
function bruteForce(caps: readonly Seen[]): string[] {
  const lines: string[] = [];
  const last = Math.max(...caps.map(({ minute }) => minute));
  for (let minute = -10; minute < last + 1; minute += 1) {
    const newest = new Map<string, Seen>();
    for (const cap of caps) {
      const best = newest.get(cap.coin);
      if (cap.minute > minute) continue;
      if (!best || cap.minute > best.minute || (cap.minute === best.minute && cap.cap > best.cap))
        newest.set(cap.coin, cap);
    }
    const fresh = [...newest.values()].filter((cap) => cap.minute > minute - 5);
    const total = fresh.reduce((sum, { cap }) => sum + cap, 0);
    if (fresh.length > 0) lines.push(`${minute}: ${total} of ${fresh.length}`);
  }
  return lines;
}

describe('market-cap', () => {
  test('a row has every field, its key and its partition', () => {
    const driver = runLogic(marketCap);
    seeAll(driver, [
      { minute: 0, coin: 'old', cap: 5 },
      { minute: 5, coin: 'eth', cap: 25 },
      { minute: 5, coin: 'btc', cap: 75 },
    ]);
    driver.outputs.length = 0;
    see(driver, 6, 'eth', 26);
    see(driver, 6, 'btc', 76);
    expect(driver.outputs).toEqual([
      {
        key: `usd|${iso(300)}`,
        partitionKey: 'usd',
        value: {
          time: iso(300),
          quote: 'usd',
          total_market_cap: 100,
          coins: 2,
          missing: ['old'],
          final: false,
          dominance: { btc: 0.75, eth: 0.25 },
          revision: 1,
        },
      },
    ]);
    expect(Object.keys(rows(driver)[0]!.dominance)).toEqual(['btc', 'eth']);
  });

  test('a minute is summed when every active coin has passed it by the lateness', () => {
    const driver = runLogic(marketCap);
    //  btc      0     1     2
    //  eth      0           2      one answer may carry different minutes
    seeAll(driver, [
      { minute: 0, coin: 'btc', cap: 10 },
      { minute: 0, coin: 'eth', cap: 1 },
      { minute: 1, coin: 'btc', cap: 20 },
    ]);
    expect(totals(driver)).toEqual([]);
    see(driver, 1, 'eth', 2);
    expect(totals(driver)).toEqual(['0: 11 of 2']);
    expect(driver.logic.watermark?.()).toBe(at(30));
  });

  test('a new coin that is a minute behind is not late', () => {
    const driver = runLogic(marketCap);
    seeAll(driver, [
      { minute: 1, coin: 'btc', cap: 10 },
      { minute: 0, coin: 'eth', cap: 1 },
      { minute: 0, coin: 'xrp', cap: 2 },
    ]);
    driver.finish('all');
    expect(driver.late).toEqual([]);
    expect(totals(driver).slice(0, 2)).toEqual(['0: 3 of 2', '1: 13 of 3']);
  });

  test('a stopped coin holds back the others and counts for five minutes, then is missing for a day', () => {
    const driver = runLogic(marketCap);
    see(driver, 0, 'eth', 1);
    for (let minute = 0; minute <= 1500; minute += 1) {
      see(driver, minute, 'btc', 10);
      if (minute === 4) expect(totals(driver)).toEqual([]);
    }
    expect(totals(driver).slice(0, 6)).toEqual([
      '0: 11 of 2',
      '1: 11 of 2',
      '2: 11 of 2',
      '3: 11 of 2',
      '4: 11 of 2',
      '5: 10 of 1',
    ]);
    expect(rows(driver)[1439]!.missing).toEqual(['eth']);
    expect(rows(driver)[1440]!.missing).toEqual([]);
    expect(driver.stored().size).toBe(1 + 2);
  });

  test('one cap joined to two polls of a rate counts once', () => {
    const driver = runLogic(marketCap);
    seeAll(driver, [
      { minute: 0, coin: 'btc', cap: 10 },
      { minute: 0, coin: 'btc', cap: 10 },
      { minute: 0, coin: 'eth', cap: 1 },
      { minute: 0, coin: 'btc', cap: 10 },
    ]);
    driver.finish('all');
    expect(totals(driver)[0]).toBe('0: 11 of 2');
    expect(driver.drops).toEqual(['repeat', 'repeat']);
  });

  test('a cached answer repeated after its minute was summed is a repeat, not late', () => {
    const driver = runLogic(marketCap);
    see(driver, 0, 'btc', 10);
    driver.finish('all');
    see(driver, 0, 'btc', 10);
    expect(driver.drops).toEqual(['repeat']);
    expect(driver.late).toEqual([]);
  });

  test('of two sources of one coin the newer cap counts', () => {
    const driver = runLogic(marketCap);
    seeAll(driver, [
      { minute: 0, coin: 'btc', cap: 10, source: 'file' },
      { minute: 0.5, coin: 'btc', cap: 11 },
      { minute: 0, coin: 'eth', cap: 1 },
    ]);
    driver.finish('all');
    expect(totals(driver).slice(0, 2)).toEqual(['0: 11 of 2', '1: 12 of 2']);
  });

  test('caps keep 64 bits', () => {
    const driver = runLogic(marketCap);
    see(driver, 0, 'btc', 1_267_566_874_501);
    see(driver, 0, 'eth', 251_000_000_003);
    driver.finish('all');
    expect(rows(driver)[0]!.total_market_cap).toBe(1_518_566_874_504);
  });

  test('quotes without a cap are dropped', () => {
    const driver = runLogic(marketCap);
    for (const cap of [undefined, null, 0]) see(driver, 0, 'btc', cap);
    driver.finish('all');
    expect(driver.drops).toEqual(['no market cap', 'no market cap', 'no market cap']);
    expect(driver.outputs).toEqual([]);
    expect(driver.logic.watermark?.()).toBeUndefined();
  });

  test('a cap whose minute was summed is late', () => {
    const driver = runLogic(marketCap, { lateness: 0 });
    seeAll(driver, [
      { minute: 0, coin: 'btc', cap: 10 },
      { minute: 2, coin: 'btc', cap: 12 },
    ]);
    expect(totals(driver)).toEqual(['0: 10 of 1', '1: 10 of 1', '2: 12 of 1']);
    see(driver, 1.75, 'eth', 1);
    see(driver, 2.25, 'eth', 1);
    expect(driver.late).toEqual(['its minute was already emitted, by 15000 ms']);
  });

  test('each quote currency has its own minutes', () => {
    const driver = runLogic(marketCap);
    see(driver, 0, 'btc', 10);
    for (let minute = 0; minute < 10; minute += 1) see(driver, minute, 'btc', 9, { quote: 'eur' });
    expect(rows(driver).every(({ quote }) => quote === 'eur')).toBe(true);
    see(driver, 1, 'btc', 11);
    expect(rows(driver).at(-1)).toMatchObject({ quote: 'usd', time: iso(0), total_market_cap: 10 });
    expect(driver.late).toEqual([]);
  });

  test('a gap of a year takes no time', () => {
    const driver = runLogic(marketCap);
    see(driver, 0, 'btc', 10);
    see(driver, 365 * 1440, 'btc', 20);
    driver.finish('all');
    expect(rows(driver)).toHaveLength(6);
    expect(driver.late).toEqual([]);
  });
});

describe('the clock', () => {
  test('the clock closes the minutes of a silent source, never past the clock - lag - lateness', () => {
    const driver = runLogic(marketCap);
    see(driver, 0, 'btc', 10);
    const clock = (minute: number, caughtUp = true) => driver.advance(at(minute * 60), caughtUp);
    clock(2);
    clock(6.25);
    expect(totals(driver)).toEqual([]);
    clock(6.5, false);
    clock(7);
    expect(totals(driver)).toEqual([]);
    clock(7.25);
    clock(7.5);
    expect(totals(driver)).toEqual(['0: 10 of 1']);
    clock(60);
    expect(totals(driver)).toHaveLength(5);
    expect(driver.logic.watermark?.()).toBeUndefined();
  });

  test('a one-shot run ends at the clock for a live source; a file needs finish `all`', () => {
    const driver = runLogic(marketCap);
    see(driver, 0, 'btc', 10);
    see(driver, 0, 'btc', 10, { quote: 'eur', source: 'file' });
    driver.finish('clock', at(600));
    expect(rows(driver).map(({ quote, time }) => `${quote} ${time}`)).toEqual(
      [0, 60, 120, 180].map((second) => `usd ${iso(second)}`),
    );
    driver.finish('all', at(600));
    expect(rows(driver).slice(4)).toMatchObject([{ quote: 'eur', time: iso(0) }]);
  });

  test('finish `all` closes no minute after the newest cap, so later caps are not late', () => {
    const driver = runLogic(marketCap);
    see(driver, 0.5, 'btc', 10);
    driver.finish('all', at(40));
    expect(totals(driver)).toEqual(['1: 10 of 1']);
    see(driver, 1.5, 'btc', 20);
    driver.finish('all', at(100));
    expect(totals(driver)).toEqual(['1: 10 of 1', '2: 20 of 1']);
    expect(driver.late).toEqual([]);
  });

  test('a finished file holds back a live source for at most five minutes', () => {
    const driver = runLogic(marketCap);
    see(driver, 0, 'doge', 1, { source: 'file' });
    see(driver, 0, 'btc', 10);
    driver.advance(at(360));
    driver.advance(at(360 + 299));
    expect(totals(driver)).toEqual([]);
    driver.advance(at(360 + 330));
    expect(totals(driver)).toEqual(['0: 11 of 2', '1: 11 of 2', '2: 11 of 2', '3: 11 of 2', '4: 11 of 2']);
  });
});

const seen = fc.record({
  minute: fc.integer({ min: 0, max: 48 }).map((quarter) => quarter / 4),
  coin: fc.constantFrom('btc', 'eth', 'xrp'),
  cap: fc.integer({ min: 1, max: 1000 }),
  source: fc.constantFrom('coinmarketcap', 'file'),
});
const history = fc.array(seen, { minLength: 1, maxLength: 40 });

describe('laws', () => {
  test('rows equal the definition for any order of caps', () => {
    fc.assert(
      fc.property(history, (caps) => {
        const driver = runLogic(marketCap, { lateness: HOUR });
        seeAll(driver, caps);
        driver.finish('all');
        expect(totals(driver)).toEqual(bruteForce(caps));
      }),
      { numRuns: 200 },
    );
  });

  test('caps in order of time give the same rows without lateness', () => {
    fc.assert(
      fc.property(history, (caps) => {
        const driver = runLogic(marketCap, { lateness: 1 });
        const inOrder = [...caps].sort((a, b) => a.minute - b.minute);
        seeAll(driver, inOrder);
        driver.finish('all');
        expect(driver.late).toEqual([]);
        expect(totals(driver)).toEqual(bruteForce(caps));
      }),
      { numRuns: 200 },
    );
  });

  test('accepted + repeats + late = read, and finish `all` leaves nothing open', () => {
    fc.assert(
      fc.property(history, (caps) => {
        const driver = runLogic(marketCap, { lateness: 0 });
        const taken = caps.filter((cap) => {
          seeAll(driver, [cap]);
          return [...driver.logic.changes()].length > 0;
        });
        expect(taken.length + driver.drops.length + driver.late.length).toBe(caps.length);
        driver.finish('all');
        expect(totals(driver)).toEqual(bruteForce(taken));
        const before = driver.outputs.length;
        driver.finish('all');
        expect(driver.outputs).toHaveLength(before);
        const minutes = rows(driver).map(({ time }) => time);
        expect(new Set(minutes).size).toBe(minutes.length);
        expect([...minutes].sort()).toEqual(minutes);
      }),
      { numRuns: 100 },
    );
  });

  test('a restart from a snapshot at any step changes no output', () => {
    fc.assert(
      fc.property(
        history,
        fc.array(fc.nat(40), { maxLength: 10 }),
        fc.nat(100_000),
        (caps, restarts, lateness) => {
          const whole = runLogic(marketCap, { lateness });
          seeAll(whole, caps);
          whole.finish('all');
          const driver = runLogic(marketCap, { lateness });
          for (const [step, cap] of caps.entries()) {
            seeAll(driver, [cap]);
            if (restarts.includes(step)) driver.restart();
            else driver.stored();
          }
          driver.finish('all');
          expect([driver.outputs, driver.late, driver.drops]).toEqual([
            whole.outputs,
            whole.late,
            whole.drops,
          ]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

test('with a moving clock and restarts no minute is summed twice', () => {
  const step = fc.oneof(fc.constant('clock' as const), fc.constant('restart' as const), seen);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const driver = runLogic(marketCap);
      for (const [index, what] of steps.entries()) {
        if (what === 'clock') driver.advance(at(400 + index * 20));
        else if (what === 'restart') driver.restart();
        else seeAll(driver, [what]);
        driver.stored();
      }
      driver.finish('all');
      const minutes = rows(driver).map(({ time }) => time);
      expect([...new Set(minutes)].sort()).toEqual(minutes);
    }),
    { numRuns: 200 },
  );
});

test('two days of polls give a row for every minute, and the state stays small', () => {
  const driver = runLogic(marketCap);
  for (const { topic, quote } of merged(coinMarketCap(60_000), wallex(60_000)))
    if (topic !== 'prices-wallex') driver.accept(topic, quote);
  driver.finish('all');
  const minutes = rows(driver).map(({ time }) => Date.parse(time));
  expect(driver.late).toEqual([]);
  expect(minutes.length).toBeGreaterThan(2800);
  expect(minutes.at(-1)! - minutes[0]!).toBe((minutes.length - 1) * MINUTE);
  expect(rows(driver).every(({ coins }) => coins === 2)).toBe(true);
  expect(driver.stored().size).toBe(3);
});
