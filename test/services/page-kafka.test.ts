import { afterAll, beforeAll, expect, test } from 'vitest';
import { topicDefaults } from '../../src/market/catalog/topics.ts';
import { PAGE_FEEDS, type PageFeed } from '../../src/page/model/topics.ts';
import type { History } from '../../src/page/model/wire.ts';
import { type PageServer, servePage } from '../../src/page/server/page-server.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { candleRecord, postOf } from '../page/records.ts';
import { sharedKafkaFixture } from './kafka-helpers/fixture.ts';

const fixture = sharedKafkaFixture();
const topics = Object.fromEntries(PAGE_FEEDS.map((feed) => [feed, `page-${feed}`])) as Record<
  PageFeed,
  string
>;
const candle = (at: number) => ({ ...candleRecord(at), topic: topics.candles });
const post = (id: string, at: number) => ({ ...postOf(id, at), topic: topics['tweets-processed'] });
const warnings: string[] = [];
let page: PageServer;

const serve = () =>
  servePage({
    log: fixture.log,
    clock: systemClock,
    topics,
    pace: 1,
    host: '127.0.0.1',
    port: 0,
    names: [],
    token: undefined,
    stages: () => [],
    warn: (message) => warnings.push(message),
  });
beforeAll(async () => {
  for (const feed of ['candles', 'tweets-processed'] as const)
    await fixture.log.createTopic(topics[feed], topicDefaults(feed));
  await fixture.log.append([candle(0), post('1', 1)]);
  page = await serve();
});
afterAll(() => page?.close());

const history = async (): Promise<History> => (await (await fetch(`${page.url}history`)).json()) as History;

/** What an event stream has sent so far, until `text` is in it. */
async function eventsWith(text: string, position: string): Promise<string> {
  const query = `coin=btc&quote=usdt&source=test&window=10m&after=${encodeURIComponent(position)}`;
  const left = new AbortController();
  const response = await fetch(`${page.url}events?${query}`, { signal: left.signal });
  let events = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    events += chunk;
    if (events.includes(text)) break;
  }
  left.abort();
  return events;
}

test('the page of a Kafka cluster has its history and follows it', async () => {
  await expect.poll(async () => (await history()).candles.length).toBe(1);
  const { position, newest } = await history();
  expect(newest.map(({ id }) => id)).toEqual(['1']);
  const events = eventsWith('"id":"2"', position);
  await fixture.log.append([post('2', 2)]);
  expect(await events).not.toContain('"id":"1"');
});

test('a page of a Kafka cluster continues after a restart without a record missed or repeated', async () => {
  await expect.poll(async () => (await history()).newest.length).toBe(2);
  const { position } = await history();
  await page.close();
  await fixture.log.append([candle(10), post('3', 3)]);
  page = await serve();
  const events = await eventsWith('"id":"3"', position);
  expect([events.includes('"id":"2"'), events.includes('event: reset'), warnings]).toEqual([
    false,
    false,
    [],
  ]);
});
