import { describe, expect, test } from 'vitest';
import {
  type SentimentModel,
  sentimentLabel,
  sentimentModel,
} from '../../../../src/market/text/sentiment.ts';
import { verify } from '../../../../src/sinks/lake/delta/verify.ts';
import { openLake } from '../../../../src/sinks/lake/lake.ts';
import { purgeLake } from '../../../../src/sinks/lake/purge/purge.ts';
import { rescoreLake } from '../../../../src/sinks/lake/rescore/rescore.ts';
import { folderStore } from '../../../../src/sinks/lake/store/folder-store.ts';
import type { TableStore } from '../../../../src/sinks/lake/store/store.ts';
import { batchOf, fakeContext, LAKE } from '../../fakes.ts';
import { entries, rows } from '../reading.ts';
import { scratch } from '../scratch.ts';

const topic = 'tweets-processed';
const TEXTS = ['up 9% today', '@winner asks', 'a scam', 'very bullish 🚀', 'the price', '価格 is great'];
const [second, first] = [sentimentModel('vader+crypto/2'), sentimentModel('vader+crypto/1')];
const post = (i: number, model: SentimentModel) => {
  const text = i === 3 ? null : TEXTS[i % TEXTS.length]!;
  const score = text === null ? null : model.score(text);
  return {
    id: String(1_790_000_000_000_000_000n + BigInt(i)),
    created_at: new Date(Date.UTC(2026, 2, 2, 12) + i * 1000).toISOString(),
    tag: i % 2 === 0 ? 'btc' : 'eth',
    text,
    hashtags: i % 3 === 0 ? ['btc', '🚀'] : undefined,
    followers_count: 9_007_199_254_740_991 - i,
    sentiment_score: score,
    sentiment_label: score === null ? null : sentimentLabel(score),
    sentiment_model: score === null ? null : model.name,
  };
};

async function write(store: TableStore, model: SentimentModel, from = 0): Promise<void> {
  const sink = await openLake(store, LAKE, fakeContext(topic));
  await sink.start(0);
  for (const at of [from, from + 10]) {
    const posts = Array.from({ length: 10 }, (_, i) => post(at + i, model));
    await sink.write(batchOf(posts, { first: at, topic }));
    await sink.flush(0);
  }
}

async function lake(): Promise<{ store: TableStore; open: (name: string) => TableStore }> {
  const dir = scratch();
  const open = (name: string) => folderStore(`${dir}/${name}`);
  const store = open('tweets_processed');
  await write(store, first);
  return { store, open };
}
const scorer = ({ name, score }: SentimentModel) => ({
  name,
  scores: async (texts: readonly string[]) => texts.map(score),
});
const [newer, older] = [scorer(second), scorer(first)];
const COLUMNS =
  'id, text, hashtags, followers_count, created_at, tag, date, sentiment_score, sentiment_label, sentiment_model';
const read = (store: TableStore) => rows(store, COLUMNS, 'id');
const context = (dryRun = false) => ({ ...fakeContext(topic), dryRun });
/** Posts with another score or model: all with a text. */
const WITH_TEXT = 19;

describe('rescoreLake', () => {
  test('the table reads as if the model had scored it from the beginning', async () => {
    const { store, open } = await lake();
    const other = folderStore(scratch());
    await write(other, second);
    expect(await rescoreLake(open, newer, context())).toEqual({ rows: WITH_TEXT, files: 4 });
    expect(await read(store)).toEqual(await read(other));
  });

  test('each table is one commit, and the old files are deleted', async () => {
    const { store, open } = await lake();
    await rescoreLake(open, newer, context());
    const log = await entries(store);
    expect(log).toHaveLength(3);
    expect(log[2]!.filter(({ remove }) => remove)).toHaveLength(4);
    expect(log[2]![0]).toMatchObject({ commitInfo: { operation: 'UPDATE' } });
    expect(await verify(store)).toMatchObject({ version: 2, files: 4, missing: [], orphans: [] });
  });

  test('a second run changes nothing, and back is as before', async () => {
    const { store, open } = await lake();
    const before = await read(store);
    await rescoreLake(open, newer, context());
    expect(await rescoreLake(open, newer, context())).toEqual({ rows: 0, files: 0 });
    expect(await entries(store)).toHaveLength(3);
    await rescoreLake(open, older, context());
    expect(await read(store)).toEqual(before);
  });

  test('a dry run counts the same and changes nothing', async () => {
    const { store, open } = await lake();
    const before = await read(store);
    expect(await rescoreLake(open, newer, context(true))).toEqual({ rows: WITH_TEXT, files: 4 });
    expect(await read(store)).toEqual(before);
    expect(await entries(store)).toHaveLength(2);
  });

  test('a sink writes on after it, and a purge finds the posts in its files', async () => {
    const { store, open } = await lake();
    await rescoreLake(open, newer, context());
    await write(store, second, 20);
    expect(await rows(store, 'id', 'id')).toHaveLength(40);
    const selection = { ids: new Set([post(4, first).id]), authors: new Set<string>() };
    expect(await purgeLake(store, 'delta', selection, context())).toEqual({ rows: 1, files: 1 });
    expect(await rows(store, 'id', 'id')).toHaveLength(39);
  });

  test('a post that is deleted while files are rewritten stays deleted', async () => {
    const { store, open } = await lake();
    const selection = { ids: new Set([post(4, first).id]), authors: new Set<string>() };
    let isFirst = true;
    const racing = (name: string): TableStore => ({
      ...open(name),
      put: async (path, chunks) => {
        await store.put(path, chunks);
        if (!isFirst) return;
        isFirst = false;
        await purgeLake(store, 'delta', selection, context());
      },
    });
    expect(await rescoreLake(racing, newer, context())).toEqual({ rows: WITH_TEXT - 1, files: 4 });
    expect(await rows(store, 'id', 'id')).toHaveLength(19);
    expect(await verify(store)).toMatchObject({ missing: [], orphans: [] });
  });

  test('a lake without posts is refused with a hint', async () => {
    const dir = scratch();
    await expect(
      rescoreLake((name) => folderStore(`${dir}/${name}`), newer, context()),
    ).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('--dir'),
    });
  });

  test('a file that is no Parquet file stops the rewrite, and nothing is replaced', async () => {
    const { store, open } = await lake();
    const [path] = (await entries(store))
      .flat()
      .flatMap(({ add }) => (add ? [decodeURIComponent(add.path)] : []));
    const bytes = (await store.get(path!))!;
    await store.put(path!, [Buffer.from('no Parquet')]);
    await expect(rescoreLake(open, newer, context())).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('cannot be rescored'),
    });
    await store.put(path!, [bytes]);
    expect(await entries(store)).toHaveLength(2);
    expect(await verify(store)).toMatchObject({ files: 4, missing: [], orphans: [] });
  });
});
