import { readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sandbox, succeed } from './cli.ts';

const { path, run } = sandbox();
const PRICE = '{"base":"btc","quote":"usdt","price":1,"time":"2025-06-01T10:00:00Z"}\n';

test('a topic name of 249 characters works in a source, a processor and a sink', async () => {
  const [prices, out] = ['p', 'o'].map((letter) => letter.repeat(249)) as [string, string];
  writeFileSync(path('a.jsonl'), PRICE);
  await succeed(run(['topics', 'create', prices, '--partitions', '1']));
  await succeed(run(['produce', 'prices', '--source', 'file', '--file', 'a.jsonl', '--topic', prices]));
  await succeed(run(['process', 'join', '--in', `prices-file=${prices}`, '--out', out, '--once']));
  for (const [topic, dataset] of [
    [prices, 'quotes'],
    [out, 'prices'],
  ] as const) {
    const summary = await succeed(
      run(['sink', 'file', '--topics', topic, '--dataset', dataset, '--dir', dataset, '--once']),
    );
    expect(JSON.parse(summary)).toMatchObject({ files: 1 });
    const names = readdirSync(path(dataset), { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.endsWith('.parquet'))).toHaveLength(1);
  }
});

test('a processor reads nine topics with names of 246 characters', async () => {
  const inputs = Array.from({ length: 9 }, (_, i) => String(i + 1).repeat(246));
  writeFileSync(path('a.jsonl'), PRICE);
  for (const topic of inputs)
    await succeed(run(['produce', 'prices', '--source', 'file', '--file', 'a.jsonl', '--topic', topic]));
  const renames = inputs.map((topic) => `prices=${topic}`).join(',');
  const summary = await succeed(run(['process', 'candles', '--in', renames, '--once']));
  expect(JSON.parse(summary)).toMatchObject({ in: 9 });
});

test('posts whose language cannot name a topic go to another topic, and the others are processed', async () => {
  const posts = ['en', '..', 'es', '.', '__consumer_offsets', 'cryptopipe.places'].map((lang, i) => ({
    data: {
      id: `190000000000000000${i}`,
      text: 'bitcoin moon',
      lang,
      created_at: '2025-06-01T10:00:00.000Z',
    },
    matching_rules: [{ tag: 'btc' }],
  }));
  writeFileSync(path('a.jsonl'), posts.map((post) => `${JSON.stringify(post)}\n`).join(''));
  await succeed(run(['produce', 'tweets', '--source', 'file', '--file', 'a.jsonl']));
  const summary = await succeed(run(['process', 'select', '--out', '{lang}', '--once']));
  const stage = JSON.parse(summary).stages[0];
  expect(stage).toMatchObject({ in: 6, out: 6, rejected: 0 });
  expect(stage.written).toEqual({ en: 1, es: 1, _: 2, _consumer_offsets: 1, cryptopipe_places: 1 });
});
