import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NewRecord } from '../../src/core/stream/record.ts';
import type { Log } from '../../src/log/log.ts';
import { enrich } from '../../src/processors/enrich.ts';
import { processorStage } from '../../src/runtime/processor-stage.ts';
import { defaults } from '../bench/kit.ts';
import { handClock } from '../hand-clock.ts';
import { temporaryLog } from '../log/local/temporary.ts';
import { at, iso } from '../processors/driver.ts';

const END = at(10 * 24 * 3600);

const postAt = (id: string, second: number, coin: string): NewRecord => ({
  topic: 'tweets-processed',
  partitionKey: 'one',
  key: id,
  value: JSON.stringify({ id, created_at: iso(second), coin, tag: coin, text: 'x' }),
  headers: {},
});

/** A bar of the minute up to `end`; its source has an unknown lag. */
const barAt = (end: number, coin: string): NewRecord => ({
  topic: 'bars-file',
  partitionKey: 'one',
  key: `${coin}@${end}`,
  value: JSON.stringify({
    source: 'file',
    base: coin,
    quote: 'usdt',
    ...{ open: end, high: end, low: end, close: end },
    start: iso(end - 60),
    end: iso(end),
    final: true,
  }),
  headers: {},
});

/** Reads what the log has to its end. Returns the warnings. */
async function readAll(log: Log): Promise<string[]> {
  const warnings: string[] = [];
  const stage = processorStage({
    log,
    processor: enrich,
    settings: defaults(enrich.options),
    app: 'app',
    renames: new Map(),
    exclusive: true,
    inTurn: true,
    commitEveryMs: 20,
    clock: handClock(END),
    reporter: { info: () => {}, warn: (text) => warnings.push(text) },
  });
  await stage.start();
  await stage.finish('clock');
  return warnings;
}

async function pricesIn(log: Log): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  for (let partition = 0; partition < 3; partition++)
    for await (const { records } of log.read('tweets-priced', partition, 0))
      for (const { key, value } of records) {
        const { price, price_age_ms: ageMs, price_reason: reason } = JSON.parse(value!);
        found.set(key!, { price, ageMs, reason });
      }
  return found;
}

const arrivals = fc.array(
  fc.record({
    isPost: fc.boolean(),
    coin: fc.constantFrom('btc', 'eth', 'doge'),
    step: fc.constantFrom(7, 60, 200, 900),
    isRead: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40, size: 'max' },
);

test('posts of a backlog get the same prices as posts that are read as they come', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, async (all) => {
      const [live, backlog] = [await temporaryLog(handClock(END)), await temporaryLog(handClock(END))];
      let second = 0;
      for (const [n, { isPost, coin, step, isRead }] of all.entries()) {
        second += step;
        const record = isPost ? postAt(`${n}`, second, coin) : barAt(second, coin);
        for (const log of [live, backlog]) await log.append([record]);
        if (isRead) await readAll(live);
      }
      // Beyond them, so that no post of a coin with prices waits.
      const last = ['btc', 'eth', 'doge'].map((coin) => barAt(second + 9000, coin));
      for (const log of [live, backlog]) await log.append(last);
      for (const log of [live, backlog]) expect(await readAll(log)).toEqual([]);
      expect(await pricesIn(backlog)).toEqual(await pricesIn(live));
    }),
    { numRuns: 15 },
  );
});

test('in a backlog, posts of coins without prices do not push out posts that wait for prices', async () => {
  const log = await temporaryLog(handClock(END));
  const count = 25_000;
  const records = Array.from({ length: count }, (_, n) =>
    postAt(`${n}`, n, n % 500 === 499 ? 'btc' : 'doge'),
  );
  const bars = Array.from({ length: count / 60 + 4 }, (_, minute) => barAt(minute * 60, 'btc'));
  for (let from = 0; from < count; from += 1000) await log.append(records.slice(from, from + 1000));
  await log.append(bars);
  expect(await readAll(log)).toEqual([]);
  const found = await pricesIn(log);
  expect(found.size).toBe(count);
  for (const [id, { price, reason }] of found as Map<string, { price: unknown; reason: unknown }>)
    expect([price, reason]).toEqual(
      Number(id) % 500 === 499 ? [Number(id) - (Number(id) % 60), null] : [null, 'no price source'],
    );
});
