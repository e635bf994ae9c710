import { join } from 'node:path';
import { expect, test } from 'vitest';
import { app } from '../../src/cli/app.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { folderStore } from '../../src/sinks/lake/folder-store.ts';
import { rows } from '../sinks/lake/reading.ts';
import { fakeIo } from './fakes.ts';
import { scene } from './stage-commands.ts';

async function purge(words: string) {
  const { io, written } = fakeIo({ clock: systemClock });
  const code = await app(`purge ${words}`.split(' '), io);
  return { code, ...written };
}

const posts = ['1', '2', '3'].map((id) => ({
  id,
  created_at: '2026-03-02T10:00:00.000Z',
  tag: 'btc',
  coin: 'btc',
  author_id: `a${id}`,
  text: 'gm',
}));

test('removes posts from a lake by id and by author, and says how many', async () => {
  const { run, fill, folder } = await scene();
  await fill('tweets-processed', posts);
  const lake = join(folder, 'lake');
  await run(`sink file --topics tweets-processed --dir ${lake} --once`);
  const { code, out } = await purge(`file --dir ${lake} --id 1 --author @A3 --yes`);
  expect([code, out]).toEqual([0, expect.stringMatching(/^removed 2 rows of [1-3] files\n$/)]);
  expect(await rows(folderStore(join(lake, 'tweets_processed')), 'id', 'id')).toEqual([{ id: '2' }]);
});

test.each([
  ['file --yes', '--id, --author: name the posts that are to go, or their authors'],
  ['file --id 1', 'nobody is there to be asked: say --yes'],
  ['console --id 1 --yes', 'console'],
  ['s3 --id 1 --yes', '--url: says where the tables go'],
])('purge %s exits 2', async (line, text) => {
  const { code, out, err } = await purge(line);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(text);
});
