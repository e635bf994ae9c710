import { beforeEach, expect, test } from 'vitest';
import type { Log } from '../../src/log/log.ts';
import { select } from '../../src/processors/select.ts';
import { processorStage } from '../../src/runtime/processor-stage.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { postRecords } from '../../src/sources/shared/post-records.ts';
import { defaults } from '../bench/kit.ts';
import { temporaryLog } from '../log/local/temporary.ts';

let log: Log;
let warnings: string[] = [];
beforeEach(async () => {
  warnings = [];
  log = await temporaryLog(systemClock);
});

async function once(changes: Record<string, unknown>, renames: Record<string, readonly string[]> = {}) {
  const stage = processorStage({
    log,
    processor: select,
    settings: defaults(select.options, changes),
    app: 'app',
    renames: new Map(Object.entries(renames)),
    exclusive: true,
    inTurn: false,
    commitEveryMs: 20,
    maxAheadMs: 86_400_000,
    clock: systemClock,
    reporter: { info: () => {}, warn: (text) => warnings.push(text) },
  });
  await stage.start();
  await stage.finish('clock');
  return stage.stats;
}

const post = (id: number, text: string, data: object = {}) => ({
  data: { id: String(id), text, created_at: '2026-03-02T10:00:00.000Z', lang: 'en', ...data },
});
const deletion = (id: number) => ({ data: { delete: { tweet: { id: String(id) } } } });
const fill = (topic: string, values: readonly object[]) =>
  log.append(
    values.flatMap((value) =>
      postRecords(value, JSON.stringify(value), { source: 'test', topic, receivedAt: 0 }),
    ),
  );

/** Keys of a topic's records by partition; those of tombstones with a minus. */
async function keys(topic: string): Promise<string[][]> {
  const found: string[][] = [];
  for (const { partition } of (await log.describe(topic))?.partitionInfos ?? []) {
    const part: string[] = [];
    for await (const { records } of log.read(topic, partition, 0))
      part.push(...records.map(({ key, value }) => (value === null ? `-${key}` : key!)));
    found.push(part);
  }
  return found;
}

test('several topics form one input: a post in both is kept once', async () => {
  await fill('bitcoin', [post(1, 'btc'), post(2, 'btc and eth'), post(3, 'btc')]);
  await fill('ethereum', [post(2, 'btc and eth'), post(4, 'eth')]);
  const stats = await once({}, { tweets: ['bitcoin', 'ethereum'] });
  expect(stats).toMatchObject({ in: 5, out: 5, dropped: { repeat: 1 } });
  expect((await keys('tweets-processed')).flat().sort()).toEqual(['1', '2', '2', '3', '4']);
});

test('a deletion reaches every partition of every topic that the posts went to, after them', async () => {
  const renames = { 'tweets-processed': ['{lang}_tweets'] };
  const posts = Array.from({ length: 40 }, (_, id) =>
    post(id + 1, ['btc', 'eth', 'sol', 'ada'][id % 4]!, { lang: id % 2 ? 'es' : 'en' }),
  );
  await fill('tweets', posts);
  await once({}, renames);
  await fill('tweets', [post(100, 'btc', { lang: 'fr' }), deletion(1), deletion(2), deletion(100)]);
  await once({}, renames);
  for (const topic of ['en_tweets', 'es_tweets', 'fr_tweets'])
    for (const part of await keys(topic))
      for (const [at, key] of part.entries())
        if (['1', '2', '100'].includes(key)) expect(part.indexOf(`-${key}`)).toBeGreaterThan(at);
  expect((await keys('en_tweets')).map((part) => part.filter((key) => key.startsWith('-')).length)).toEqual([
    3, 3, 3,
  ]);
});

test('an edit deletes the earlier version, whichever partition lags', async () => {
  const edits = Array.from({ length: 20 }, (_, n) => [
    post(10 * n + 1, 'btc'),
    post(10 * n + 2, 'btc edited', { edit_history_tweet_ids: [`${10 * n + 1}`, `${10 * n + 2}`] }),
  ]);
  await fill('tweets', edits.flat());
  await once({});
  const parts = await keys('tweets-processed');
  for (let n = 0; n < 20; n++) {
    const part = parts.find((keys) => keys.includes(`${10 * n + 1}`))!;
    expect(part.lastIndexOf(`-${10 * n + 1}`)).toBeGreaterThan(part.indexOf(`${10 * n + 1}`));
    expect(parts.flat()).not.toContain(`-${10 * n + 2}`);
  }
});

test('decisions are committed atomically with their records', async () => {
  await fill('tweets', [post(1, 'btc'), post(2, 'hello'), { data: { id: '3' } }, deletion(1)]);
  await once({ decisions: 'fate', langs: ['en'] }, { 'tweets-processed': ['{coin_name}_{lang}'] });
  const found: unknown[] = [];
  for (const partition of [0, 1, 2])
    for await (const { records } of log.read('fate', partition, 0))
      found.push(...records.map(({ value }) => JSON.parse(value!)));
  expect(found.sort((a, b) => Number((a as { id: string }).id) - Number((b as { id: string }).id))).toEqual([
    { id: '1', source: 'tweets', dest: 'bitcoin_en' },
    { id: '2', source: 'tweets', dest: 'discard' },
    { id: '3', source: 'tweets', dest: 'error' },
  ]);
});

test('with near-duplicate detection a new topic gets one partition', async () => {
  const changes = { dropNearDuplicates: true };
  await once(changes);
  const text = 'btc airdrop for everybody, send one and get two back, today alone, do not miss it';
  await fill('tweets', [post(1, text), post(2, `${text}!`), post(3, `@all ${text}`)]);
  expect((await once(changes)).dropped).toEqual({ 'near duplicate': 2 });
  await log.createTopic('three', { partitions: 3, retentionMs: undefined, compacted: false });
  await expect(once(changes, { tweets: ['three'] })).rejects.toMatchObject({ code: 'usage' });
});

test('a post more than --max-ahead after the clock is rejected, and repeats of others are still found', async () => {
  const created_at = new Date(systemClock.now() + 2 * 86_400_000).toISOString();
  await fill('tweets', [post(1, 'btc'), post(2, 'btc', { created_at }), post(1, 'btc')]);
  const stats = await once({});
  expect([stats.in, stats.out, stats.rejected, stats.dropped]).toEqual([3, 1, 1, { repeat: 1 }]);
  expect(await keys('rejects')).toEqual([['2']]);
});

test('--coin takes any symbol: a cashtag of it counts, and the start warns of those outside the list', async () => {
  await fill('tweets', [
    post(1, '$BONK to the moon', { entities: { cashtags: [{ tag: 'BONK' }] } }),
    post(2, '#Kaspa and $KAS are up', { entities: { cashtags: [{ tag: 'KAS' }] } }),
    post(3, '$1INCH listed'),
    post(4, '$WXYZ unlock', { entities: { cashtags: [{ tag: 'WXYZ' }] } }),
    post(5, 'wxyz for $100'),
  ]);
  await once({ coins: ['bonk', 'kas', '1inch', 'wxyz', '100'] });
  expect(warnings).toEqual([
    'select: --coin wxyz: the list of coins has no wxyz; only the cashtag $WXYZ and rules tagged wxyz select posts',
    'select: --coin 100: no text can name it, since $100 is an amount; only rules tagged 100 select posts',
  ]);
  expect((await keys('tweets-processed')).flat().sort()).toEqual(['1', '2', '3', '4']);
});
