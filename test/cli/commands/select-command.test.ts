import { expect, test } from 'vitest';
import { setUp } from '../stage-commands.ts';

/** Scores every text 0.25. */
const program = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => console.log(JSON.stringify({ id: JSON.parse(line).id, score: 0.25 })))`;
const command = `'${process.execPath}' -e "${program}"`;
const posts = ['btc', 'eth', 'no subject'].map((text, id) => ({
  data: { id: `${id + 1}`, text, created_at: '2026-03-02T10:00:00.000Z' },
}));

test('select by a command writes its scores and name, and the summary counts its texts', async () => {
  const { run, fill, values } = await setUp();
  await fill('tweets', posts);
  const { code, out } = await run(['process', 'select', '--once', '--sentiment-command', command]);
  expect(code).toBe(0);
  expect(JSON.parse(out).stages[0].scored).toEqual({ texts: 2, batches: expect.any(Number), restarts: 0 });
  const rows = (await values('tweets-processed')) as Record<string, unknown>[];
  expect(rows.map(({ sentiment_score }) => sentiment_score)).toEqual([0.25, 0.25]);
  expect(rows[0]!.sentiment_model).toMatch(/^command\+[0-9a-f]{8}$/);
  expect(rows[0]!.sentiment_label).toBe('positive');
});

test('a command that answers something else than a score ends the run with its text; the posts are left for the next run', async () => {
  const { run, fill, values } = await setUp();
  await fill('tweets', posts);
  const bad = await run([
    'process',
    'select',
    '--once',
    '--sentiment-command',
    'while read -r line; do echo no; done',
  ]);
  expect([bad.code, bad.err]).toEqual([1, expect.stringContaining('it is not JSON')]);
  expect(await values('tweets-processed')).toEqual([]);
  expect((await run(['process', 'select', '--once', '--sentiment-command', command])).code).toBe(0);
  expect(await values('tweets-processed')).toHaveLength(2);
});

test.each([
  [['--sentiment-model', 'vader+crypto/1'], '--sentiment-model has no effect with --sentiment-command'],
  [['--fields', 'text'], '--sentiment-command has no effect without the field sentiment_score'],
])('%j beside a command is refused', async (words, why) => {
  const { run } = await setUp();
  const { code, err } = await run(['process', 'select', '--once', '--sentiment-command', command, ...words]);
  expect([code, err]).toEqual([2, expect.stringContaining(why)]);
});
