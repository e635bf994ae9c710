import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommandLine } from '../../../src/cli/app.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { openLake } from '../../../src/sinks/lake/lake.ts';
import { folderStore } from '../../../src/sinks/lake/store/folder-store.ts';
import { batchOf, fakeContext, LAKE } from '../../sinks/fakes.ts';
import { rows } from '../../sinks/lake/reading.ts';
import { scratch } from '../../sinks/lake/scratch.ts';
import { fakeIo } from '../fakes.ts';

const topic = 'tweets-processed';

async function lake() {
  const dir = scratch();
  const store = folderStore(join(dir, 'tweets_processed'));
  const sink = await openLake(store, LAKE, fakeContext(topic));
  await sink.start(0);
  const post = (id: string, text: string) => ({
    id,
    created_at: '2026-03-02T10:00:00.000Z',
    tag: 'btc',
    text,
  });
  await sink.write(batchOf([post('1', 'a great coin'), post('2', 'a total scam')], { topic }));
  await sink.flush(0);
  return { dir, read: () => rows(store, 'id, sentiment_score, sentiment_model', 'id') };
}

async function rescore(dir: string, ...words: string[]) {
  const { io, written } = fakeIo({ clock: systemClock });
  const code = await runCommandLine(['rescore', '--dir', dir, ...words], io);
  return { code, ...written };
}

test('rescore writes the default model into a lake, and a dry run writes nothing', async () => {
  const { dir, read } = await lake();
  const dry = await rescore(dir, '--dry-run');
  expect(dry.out).toBe('would write scores of vader+crypto/2 to 2 rows in 1 file\n');
  expect(await read()).toMatchObject([{ sentiment_model: null }, { sentiment_model: null }]);
  expect(await rescore(dir)).toMatchObject({
    code: 0,
    out: 'wrote scores of vader+crypto/2 to 2 rows in 1 file\n',
  });
  const [first, second] = await read();
  expect(first).toMatchObject({ id: '1', sentiment_model: 'vader+crypto/2' });
  expect(Number(first!.sentiment_score)).toBeGreaterThan(0.3);
  expect(Number(second!.sentiment_score)).toBeLessThan(-0.3);
});

test('rescore by a command writes its scores, and counts its texts', async () => {
  const { dir, read } = await lake();
  const program = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => console.log(JSON.stringify({ id: JSON.parse(line).id, score: 0.25 })))`;
  const { code, out } = await rescore(dir, '--sentiment-command', `'${process.execPath}' -e "${program}"`);
  expect([code, out]).toEqual([
    0,
    expect.stringContaining('the command scored 2 texts in 1 batch, with 0 restarts'),
  ]);
  expect(await read()).toMatchObject([{ sentiment_score: 0.25 }, { sentiment_score: 0.25 }]);
});

test('an unknown model and a missing lake are usage errors', async () => {
  const { dir } = await lake();
  expect(await rescore(dir, '--sentiment-model', 'vader+crypto/9')).toMatchObject({
    code: 2,
    err: expect.stringContaining('choose from vader+crypto/2, vader+crypto/1'),
  });
  expect(await rescore(scratch())).toMatchObject({
    code: 2,
    err: expect.stringContaining('no Delta table of posts'),
  });
});
