import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NewRecord } from '../../../src/core/stream/record.ts';
import type { Chunk } from '../../../src/sources/source.ts';
import { START, type Turned } from '../turned.ts';
import { barsIn, collect, DAY, expected, facts, gapsIn, HOUR, MINUTE, running, together } from './run.ts';

/** A run that is killed after some chunks; time passes while it waits. */
async function killed(
  records: NewRecord[],
  chunks: AsyncIterable<Chunk>,
  around: Turned,
  most: number,
  tick: () => void,
) {
  const reading = chunks[Symbol.asyncIterator]();
  for (let count = 0; count < most; count++) {
    let next: IteratorResult<Chunk> | undefined;
    const step = reading.next().then((result) => {
      next = result;
    });
    for (let turns = 1; next === undefined; turns++) {
      await new Promise(setImmediate);
      if (turns % 20 !== 0) continue;
      around.turn(1000);
      tick();
    }
    await step;
    if (next!.done) return;
    const { position, records: written } = next!.value;
    if (position) around.positions.set(position.name, position.value);
    records.push(...written);
  }
  await reading.return?.();
}

test('--since over dumps, REST and the stream, killed between any two chunks: each bar is there once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ chunks: fc.integer({ min: 1, max: 4 }), away: fc.integer({ min: 0, max: 90 }) }), {
        minLength: 20,
        maxLength: 20,
      }),
      async (kills) => {
        const since = START - 70 * DAY;
        const interval = 30 * MINUTE;
        const changes = { since, interval, coins: ['btc', 'eth'] };
        const { around, stub, read } = await together();
        const records: NewRecord[] = [];
        for (const { chunks, away } of kills) {
          await killed(records, read(changes), around, chunks, () => stub.streams.tick());
          around.turn(away * MINUTE);
        }
        const run = running(read(changes), around, stub);
        await run.until(() => stub.open() > 0 && run.records.some(({ topic }) => topic === 'gaps'));
        await run.pass(2 * HOUR, MINUTE);
        await run.stop();
        records.push(...run.records);
        const from = Math.ceil(since / interval) * interval;
        for (const [base, symbol] of [
          ['btc', 'BTCUSDT'],
          ['eth', 'ETHUSDT'],
        ]) {
          const bars = barsIn(records).filter((bar) => bar.base === base);
          const until = Date.parse(bars.at(-1)!.end);
          expect(around.context.now() - until).toBeLessThan(2 * interval);
          expect(bars.map(facts)).toEqual(expected(stub, symbol!, from, until, interval));
        }
        expect(gapsIn(records).every(({ backfilled }) => backfilled === true)).toBe(true);
        await stub.close();
      },
    ),
    { numRuns: 2, seed: 7, endOnFailure: true },
  );
}, 60_000);

test('a run that is killed before its first bars begins where it would have begun', async () => {
  const { around, stub, read } = await together({ once: true });
  await collect(read(), around, 1);
  around.turn(5 * HOUR);
  const records = await collect(read(), around);
  const first = START - 75.5 * MINUTE;
  expect(barsIn(records).map(facts)).toEqual(expected(stub, 'BTCUSDT', first, START - MINUTE / 2 + 5 * HOUR));
});
