import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { polls, recordsOf } from '../turned.ts';
import { together } from './run.ts';

const keys = (records: readonly { key: string | null }[]) => records.map(({ key }) => key);

describe("CoinMarketCap's cache", () => {
  test.each([
    ['60 s', 60_000, 11],
    ['300 s', 300_000, 3],
  ])(
    '%s: an answer already seen is not written again, and the share is shown',
    async (_, cacheMs, distinct) => {
      const { run, stub, around } = await together({ cacheMs });
      const chunks = await run(12, { coins: ['btc'] });
      expect(new Set(stub.handed.map(({ lastUpdated }) => lastUpdated)).size).toBe(distinct);
      expect(new Set(keys(recordsOf(chunks))).size).toBe(distinct);
      expect(recordsOf(chunks)).toHaveLength(distinct);
      const cached = chunks.reduce((sum, { counts }) => sum + (counts?.cached ?? 0), 0);
      expect(cached).toBe(12 - distinct);
      expect(around.notes.at(-1)).toBe(`${Math.round((100 * cached) / 12)} % cached, 999,988 credits left`);
    },
  );

  test('--keep-cached writes cached answers too, as the original project does', async () => {
    const { run, around } = await together({ cacheMs: 300_000 });
    const chunks = await run(12, { coins: ['btc'], keepCached: true });
    expect(recordsOf(chunks)).toHaveLength(12);
    expect(chunks.some(({ counts }) => counts?.cached)).toBe(false);
    expect(around.notes.at(-1)).toContain('75 % cached');
  });

  test('does not write a seen answer again after a restart, except to another topic', async () => {
    const { run, around } = await together({ cacheMs: 300_000 });
    expect(recordsOf(await run(1, { top: 3 }))).toHaveLength(3);
    expect([...around.positions.keys()]).toEqual(['coinmarketcap/prices-coinmarketcap']);
    expect(recordsOf(await run(1, { top: 3 }))).toHaveLength(0);
    expect(recordsOf(await run(1, { top: 3, topic: 'another' }))).toHaveLength(3);
  });

  test('an invalid position starts over', async () => {
    const { run, around } = await together();
    around.positions.set('coinmarketcap/prices-coinmarketcap', 'not JSON');
    expect(recordsOf(await run(1, { top: 3 }))).toHaveLength(3);
  });

  test('an answer with nothing new does not change the position', async () => {
    const { run } = await together({ cacheMs: 300_000 });
    const [first, second] = await run(2);
    expect([first!.position === undefined, second!.position === undefined]).toEqual([false, true]);
  });

  test('writes each received quote once, for any schedule of restarts and caches', async () => {
    const run = fc.record({
      polls: fc.integer({ min: 1, max: 4 }),
      pauseMs: fc.integer({ min: 0, max: 200_000 }),
      isLong: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 6 }), async (runs) => {
        const { read, stub, around } = await together();
        const written: (string | null)[] = [];
        for (const { polls: count, pauseMs, isLong } of runs) {
          stub.cacheMs = isLong ? 300_000 : 60_000;
          written.push(...keys(recordsOf(await polls(count, read({ top: 3 }), around))));
          around.turn(pauseMs);
        }
        const handed = stub.handed.map(
          ({ symbol, lastUpdated }) => `${symbol.toLowerCase()}/usd@${new Date(lastUpdated).toISOString()}`,
        );
        expect(written.sort()).toEqual([...new Set(handed)].sort());
        await stub.close();
      }),
      { numRuns: 25 },
    );
  });
});
