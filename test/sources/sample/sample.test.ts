import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { NewRecord } from '../../../src/core/stream/record.ts';
import { readTweet } from '../../../src/market/posts/tweet.ts';
import { type Quote, readQuote } from '../../../src/market/prices/price.ts';
import { realMinutes } from '../../../src/sources/sample/minutes.ts';
import { paced, sample } from '../../../src/sources/sample/sample.ts';
import { collect, sourceHarness } from '../collect.ts';

type Settings = Parameters<typeof sample.read>[0];
const ALL: Settings = { seed: 1, speed: 0, kinds: ['tweets', 'prices'], topic: undefined };

const run = (settings: Partial<Settings> = {}, around = sourceHarness()) =>
  collect(sample.read({ ...ALL, ...settings }, around.context), around);
const of = (records: readonly NewRecord[], topic: string) =>
  records.filter((record) => record.topic === topic);
const hash = (records: readonly NewRecord[]) =>
  createHash('sha256').update(JSON.stringify(records)).digest('hex');
const eventTime = ({ topic, value, headers }: NewRecord): number => {
  if (topic === 'tweets') return readTweet(JSON.parse(value!)).time;
  return topic === 'rejects' ? Date.parse(headers.received_at!) - 1700 : readQuote(JSON.parse(value!)).time;
};

const { records, counts } = await run();

describe('the sample', () => {
  test('the sample gives the same bytes for the same seed, and different ones for another', async () => {
    expect(hash((await run()).records)).toBe(hash(records));
    expect(hash((await run({ seed: 2 })).records)).not.toBe(hash(records));
  });

  test('the sample is ordered by event time over all topics', () => {
    const times = records.map((record) => Math.floor(eventTime(record) / 1000));
    const backward = times.filter((time, index) => time < (times[index - 1] ?? 0));
    expect(backward).toEqual([]);
    expect(times[0]).toBe(Date.UTC(2025, 5, 1) / 1000);
  });

  test('the sample is labelled as a sample', () => {
    expect(new Set(records.map(({ headers }) => headers.source))).toEqual(new Set(['sample']));
  });

  test('one kind alone has the same records as with the other', async () => {
    const tweets = (await run({ kinds: ['tweets'] })).records;
    const prices = (await run({ kinds: ['prices'] })).records;
    expect(tweets.length + prices.length).toBe(records.length);
    expect(tweets).toEqual(records.filter(({ topic }) => ['tweets', 'rejects'].includes(topic)));
  });

  test('accepts --topic for one kind only', async () => {
    const tweets = (await run({ kinds: ['tweets'], topic: 'mine' })).records;
    expect(of(tweets, 'mine')).toHaveLength(of(records, 'tweets').length);
    await expect(run({ topic: 'mine' })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('polls of CoinMarketCap', () => {
  const quotes = of(records, 'prices-coinmarketcap').map(
    ({ value }) => JSON.parse(value!) as Quote & { cmc_id: number; cmc_rank: number },
  );

  test('bitcoin has the real price of each named minute', () => {
    const opens = new Map(realMinutes().map(({ time, open }) => [new Date(time).toISOString(), open]));
    const bitcoin = quotes.filter(({ base }) => base === 'btc');
    expect(bitcoin).toHaveLength(2880);
    expect(bitcoin.filter(({ price, last_updated }) => opens.get(last_updated) !== price)).toEqual([]);
  });

  test('ether has its own path, near its price at that time', () => {
    const prices = quotes.filter(({ base }) => base === 'eth').map(({ price }) => price);
    expect(Math.min(...prices)).toBeGreaterThan(2300);
    expect(Math.max(...prices)).toBeLessThan(2700);
  });

  test('times are whole minutes and lag a poll by a minute or more', () => {
    for (const { last_updated, polled_at } of quotes) {
      const lag = Date.parse(polled_at!) - Date.parse(last_updated);
      expect(last_updated).toMatch(/:00\.000Z$/);
      expect(lag).toBeGreaterThanOrEqual(60_000);
      expect(lag).toBeLessThan(8 * 60_000);
    }
  });

  test('cached answers repeat unchanged: some twice, some for five minutes', () => {
    const answers = new Map<string, Set<string>>();
    const polls = new Map<string, number>();
    for (const { polled_at, ...answer } of quotes) {
      const key = `${answer.base}@${answer.last_updated}`;
      answers.set(key, (answers.get(key) ?? new Set()).add(JSON.stringify(answer)));
      polls.set(key, (polls.get(key) ?? 0) + 1);
    }
    const times = [...polls.values()];
    expect([...answers.values()].every((texts) => texts.size === 1)).toBe(true);
    expect(times.filter((count) => count === 1).length).toBeGreaterThan(4000);
    expect(times.filter((count) => count === 2).length).toBeGreaterThan(100);
    expect(times.filter((count) => count === 5).length).toBeGreaterThan(20);
  });

  test('a market cap is the price times the circulating coins, which only grow', () => {
    for (const base of ['btc', 'eth']) {
      const mine = quotes.filter((quote) => quote.base === base);
      const supplies = mine.map(({ market_cap, price }) => Math.round((market_cap! / price) * 1000) / 1000);
      expect(supplies).toEqual([...supplies].sort((a, b) => a - b));
      expect(new Set(mine.map(({ cmc_id, cmc_rank }) => `${cmc_id}/${cmc_rank}`)).size).toBe(1);
    }
  });

  test('records are keyed by pair and time, and partitioned by the quote currency', () => {
    const [first] = of(records, 'prices-coinmarketcap');
    expect(first).toMatchObject({ key: 'btc/usdt@2025-06-01T00:00:00.000Z', partitionKey: 'usdt' });
  });
});

describe('polls of Wallex', () => {
  const rates = of(records, 'prices-wallex').map(({ value }) => JSON.parse(value!) as Quote);

  test('times are whole seconds of the poll, slightly more than a minute apart', () => {
    const polled = rates.map(({ polled_at }) => Date.parse(polled_at!));
    const periods = polled.slice(1).map((time, index) => time - polled[index]!);
    expect(Math.min(...periods)).toBeGreaterThanOrEqual(60_200);
    expect(Math.max(...periods)).toBeLessThanOrEqual(61_500);
    for (const [index, { last_updated }] of rates.entries())
      expect(Date.parse(last_updated)).toBe(Math.floor(polled[index]! / 1000) * 1000);
  });

  test('the rate walks in whole Toman from 108,000 to 112,000', () => {
    const prices = rates.map(({ price }) => price);
    expect(prices.every((price) => Number.isInteger(price) && price >= 108_000 && price <= 112_000)).toBe(
      true,
    );
    expect(new Set(prices).size).toBeGreaterThan(500);
  });

  test('records are partitioned by the base currency, which is the quote currency of the coins', () => {
    expect(of(records, 'prices-wallex').every(({ partitionKey }) => partitionKey === 'usdt')).toBe(true);
  });
});

describe('generated posts', () => {
  const tweets = of(records, 'tweets');
  const values = tweets.map(({ value }) => JSON.parse(value!));
  const posts = values.map((value) => readTweet(value));
  const v2 = values.filter((value) => value.data !== undefined);

  test('there are several thousand, in both formats, keyed by id', () => {
    expect(tweets.length).toBeGreaterThan(4000);
    expect(tweets.length).toBeLessThan(6000);
    expect(v2.length).toBeGreaterThan(tweets.length / 2);
    expect(v2.length).toBeLessThan((tweets.length * 2) / 3);
    expect(tweets.map(({ key }) => key)).toEqual(posts.map(({ id }) => id));
  });

  test('each is recognizable as generated', () => {
    for (const value of values) {
      expect((value.data ?? value).generated).toBe(true);
      expect((value.data ?? value).source).toContain('cryptopipe sample (generated)');
      expect(value.user?.screen_name ?? value.includes.users[0].username).toMatch(/^sample_user_\d+$/);
    }
  });

  test('ids are unique snowflakes beyond 2^53 that contain the time; a few posts repeat unchanged', () => {
    for (const { id, time } of posts) {
      const ms = Number((BigInt(id) >> 22n) + 1_288_834_974_657n);
      expect(ms - (ms % 1000)).toBe(time - (time % 1000));
    }
    const texts = new Map(tweets.map(({ key, value }) => [key, value]));
    expect(tweets.filter(({ key, value }) => texts.get(key) !== value)).toEqual([]);
    expect(tweets.length - texts.size).toBeGreaterThan(20);
  });

  test('cover several languages and all kinds, with links, hashtags and cashtags', () => {
    const bodies = posts.map(({ body }) => body);
    const ratioOf = (test: (body: (typeof bodies)[number]) => boolean) =>
      bodies.filter(test).length / bodies.length;
    for (const lang of ['en', 'es', 'fa', 'tr', 'ja', 'pt', 'de'])
      expect(ratioOf((body) => body.lang === lang)).toBeGreaterThan(0.03);
    for (const kind of ['original', 'retweet', 'quote', 'reply'])
      expect(ratioOf((body) => body.kind === kind)).toBeGreaterThan(0.04);
    expect(ratioOf((body) => body.urls.length > 0)).toBeGreaterThan(0.2);
    expect(ratioOf((body) => body.hashtags.length > 0)).toBeGreaterThan(0.3);
    expect(ratioOf((body) => body.cashtags.length > 0)).toBeGreaterThan(0.15);
  });

  test('entities have the right offsets, in code points', () => {
    for (const { data } of v2) {
      const points = [...data.text];
      for (const { start, end, tag } of data.entities.hashtags ?? [])
        expect(points.slice(start, end).join('')).toBe(`#${tag}`);
      for (const { start, end, url } of data.entities.urls ?? [])
        expect(points.slice(start, end).join('')).toBe(url);
    }
    expect(v2.some(({ data }) => data.note_tweet !== undefined)).toBe(true);
    expect(values.some(({ extended_tweet }) => extended_tweet !== undefined)).toBe(true);
  });

  test('a few lines are invalid; keep-alives and deletes are counted', () => {
    const rejects = of(records, 'rejects').map(({ value }) => JSON.parse(value!));
    expect(rejects.length).toBeGreaterThan(3);
    expect(rejects.length).toBeLessThan(30);
    expect(counts['keep-alive']).toBeGreaterThan(100);
    expect(counts.delete).toBeGreaterThan(5);
    for (const reject of rejects)
      expect(reject).toMatchObject({ topic: 'tweets', source: 'sample', why: expect.any(String) });
  });
});

describe('paced', () => {
  const record = { topic: 't', partitionKey: '', key: null, value: null, headers: {} };
  const events = [0, 10, 60_000, 120_000].map((time) => ({ time, record }));
  const sizes = async (speed: number, around = sourceHarness()) => ({
    sizes: (await collect(paced(events, speed, around.context), around)).sizes,
    sleeps: around.sleeps,
  });

  test('speed 0 never waits', async () => {
    expect(await sizes(0)).toEqual({ sizes: [4], sleeps: [] });
  });

  test('speed 60 plays a minute in a second, and yields pending events before each wait', async () => {
    expect(await sizes(60)).toEqual({ sizes: [2, 1, 1], sleeps: [1000, 1000] });
  });

  test('stops at once when aborted', async () => {
    const around = sourceHarness();
    around.stop.abort();
    expect(await sizes(60, around)).toEqual({ sizes: [], sleeps: [] });
  });
});
