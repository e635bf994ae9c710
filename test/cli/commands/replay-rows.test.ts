import { describe, expect, test } from 'vitest';
import { formatTime } from '../../../src/core/util/time.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { withLocalBus } from '../local-bus.ts';
import { setUp } from '../stage-commands.ts';

const START = Date.UTC(2026, 2, 2, 10);
const iso = (second: number): string => formatTime(START + second * 1000);
const SPAN = '--from 2026-03-02 --to 2026-03-03';

const quote = (second: number, price: number, more: object = {}) => ({
  source: 'file',
  base: 'btc',
  quote: 'usdt',
  price,
  last_updated: iso(second),
  ...more,
});
const post = (id: string, second: number, coin: string | null = 'btc') => ({
  id,
  created_at: iso(second),
  coin,
  tag: coin ?? 'all',
  text: 'gm',
});

/** A bus with one partition a topic, and what the summary of a run on it says. */
async function scene() {
  const base = await setUp();
  return {
    ...base,
    append: (topic: string, values: readonly object[]) =>
      withLocalBus(base.bus.dir, systemClock, async (log) => {
        await log.createTopic(topic, { partitions: 1, retentionMs: undefined, compacted: false });
        await log.append(
          values.map((value, at) => ({
            topic,
            partitionKey: 'btc',
            key: (value as { id?: string }).id ?? `${at}`,
            value: JSON.stringify(value),
            headers: {},
          })),
        );
      }),
    async replay(name: string) {
      const { out, err, code } = await base.run(`process replay ${name} ${SPAN}`);
      expect([err, code]).toEqual(['', 0]);
      const { out: written, unchanged, expired, open } = JSON.parse(out);
      return { written, unchanged, expired, open };
    },
  };
}

describe('process replay', () => {
  test('a replay of join writes the conversions that late rates allow, and a second one nothing', async () => {
    const { append, run, replay, values } = await scene();
    const rate = { source: 'wallex', base: 'usdt', quote: 'tmn' };
    await append(
      'prices-file',
      [0, 60, 1200].map((second) => quote(second, second + 1)),
    );
    await append(
      'prices-wallex',
      [0, 1200].map((second) => quote(second, 10, rate)),
    );
    await run('process join --once --close');
    expect(await replay('join')).toEqual({ written: 0, unchanged: 7, expired: 0, open: 0 });
    await append('prices-wallex', [quote(59, 11, rate)]);
    expect(JSON.parse((await run('process join --once --close')).out)).toMatchObject({ late: 1 });
    expect(await replay('join')).toEqual({ written: 2, unchanged: 7, expired: 0, open: 0 });
    const late = (await values('prices')).filter((price) => (price as { time: string }).time === iso(59));
    expect(
      late.sort((a, b) => (a as { price: number }).price - (b as { price: number }).price),
    ).toMatchObject([
      { coin: 'usdt', quote: 'tmn', price: 11, time: iso(59) },
      { coin: 'btc', quote: 'tmn', price: 61 * 11, time: iso(59) },
    ]);
    expect(await replay('join')).toEqual({ written: 0, unchanged: 9, expired: 0, open: 0 });
  });

  test('a replay of market-cap writes the minutes that late caps change as revisions', async () => {
    const { append, run, replay, values } = await scene();
    const cap = (second: number, base: string, market_cap: number) =>
      quote(second, 1, { base, market_cap, quote: 'usd' });
    await append(
      'prices-file',
      [0, 60, 120, 180].map((second) => cap(second, 'btc', 100)),
    );
    await run('process market-cap --once --close');
    const rows = (await values('market-cap')).length;
    expect(await replay('market-cap')).toEqual({ written: 0, unchanged: rows, expired: 0, open: 0 });
    await append('prices-file', [cap(61, 'eth', 50)]);
    expect(JSON.parse((await run('process market-cap --once --close')).out)).toMatchObject({ late: 1 });
    expect(await replay('market-cap')).toMatchObject({ written: 2, expired: 0, open: 0 });
    expect((await values('market-cap')).slice(-2)).toMatchObject([
      { time: iso(120), total_market_cap: 150, coins: 2, revision: 2 },
      { time: iso(180), total_market_cap: 150, coins: 2, revision: 2 },
    ]);
    expect(await replay('market-cap')).toEqual({ written: 0, unchanged: rows, expired: 0, open: 0 });
  });

  test('a replay of enrich gives posts the prices that came late, as the warning says', async () => {
    const { append, run, replay, values } = await scene();
    const price = (second: number, value: number) => ({
      coin: 'btc',
      quote: 'usdt',
      price: value,
      time: iso(second),
      source: 'file',
    });
    await append('tweets-processed', [post('1', 5), post('2', 65), post('3', 70, null), post('4', 4000)]);
    await append('prices', [price(0, 1), price(60, 2)]);
    const first = await run('process enrich --once');
    expect(JSON.parse(first.out)).toMatchObject({ out: 2, late: 0 });
    expect(await replay('enrich')).toEqual({ written: 0, unchanged: 2, expired: 0, open: 2 });
    await run('process enrich --once --close');
    await append('prices', [price(64, 3)]);
    const late = await run('process enrich --once --close');
    expect(JSON.parse(late.out)).toMatchObject({ out: 0, late: 1 });
    expect(late.err).toContain(`process replay enrich --from ${iso(64)} --to ${iso(664.001)} --bus`);
    expect(await replay('enrich')).toEqual({ written: 1, unchanged: 3, expired: 0, open: 0 });
    expect((await values('tweets-priced')).at(-1)).toMatchObject({ id: '2', price: 3, revision: 2 });
    expect(await replay('enrich')).toEqual({ written: 0, unchanged: 4, expired: 0, open: 0 });
  });

  test('a replay of signals writes the windows that late posts change, known when these had arrived', async () => {
    const { append, run, replay, values } = await scene();
    const written = (id: string, second: number) => ({
      ...post(id, second),
      author_id: id,
      sentiment_score: 0.5,
      source: 'x',
    });
    await append('tweets-processed', [written('1', 0), written('2', 700), written('3', 7300)]);
    await append('prices', [{ coin: 'btc', quote: 'usdt', price: 1, time: iso(60), source: 'file' }]);
    expect(JSON.parse((await run('process signals --once --close')).out)).toMatchObject({ out: 3, late: 0 });
    expect(await replay('signals')).toEqual({ written: 0, unchanged: 3, expired: 0, open: 0 });
    await append('tweets-processed', [written('4', 65)]);
    const late = await run('process signals --once --close');
    expect(JSON.parse(late.out)).toMatchObject({ out: 0, late: 1 });
    expect(late.err).toContain(
      `process replay signals --from ${iso(0)} --to ${iso(600)} --window 10m --bus local:`,
    );
    expect(await replay('signals')).toEqual({ written: 1, unchanged: 2, expired: 0, open: 0 });
    expect((await values('signals')).at(-1)).toMatchObject({
      window_start: iso(0),
      available_at: iso(7330),
      posts: 2,
      new_authors: 2,
      price_source: 'file',
      revision: 2,
      final: true,
    });
    expect(await replay('signals')).toEqual({ written: 0, unchanged: 3, expired: 0, open: 0 });
  });
});
