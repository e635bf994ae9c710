import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../src/cli/app.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { folderStore } from '../../../src/sinks/lake/store/folder-store.ts';
import { rows } from '../../sinks/lake/reading.ts';
import { fakeIo } from '../fakes.ts';
import { withLocalBus } from '../local-bus.ts';
import { setUp } from '../stage-commands.ts';

async function purge(words: string) {
  const { io, written } = fakeIo({ clock: systemClock });
  const code = await runCommandLine(`purge ${words}`.split(' '), io);
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

test('purge deletes posts from a lake by id and by author, and prints how many', async () => {
  const { run, fill, folder } = await setUp();
  await fill('tweets-processed', posts);
  const lake = join(folder, 'lake');
  await run(`sink file --topics tweets-processed --dir ${lake} --once`);
  const { code, out } = await purge(`file --dir ${lake} --id 1 --author @A3 --yes`);
  expect([code, out]).toEqual([0, expect.stringMatching(/^deleted 2 rows of (1 file|[23] files)\n$/)]);
  expect(await rows(folderStore(join(lake, 'tweets_processed')), 'id', 'id')).toEqual([{ id: '2' }]);
});

test('purge deletes posts from every table of posts in a lake', async () => {
  const { run, fill, folder } = await setUp();
  const lake = join(folder, 'lake');
  for (const topic of ['tweets-processed', 'tweets-priced']) {
    await fill(topic, posts);
    await run(`sink file --topics ${topic} --dir ${lake} --once`);
  }
  const { code, out } = await purge(`file --dir ${lake} --id 1 --yes`);
  expect([code, out]).toEqual([0, 'deleted 2 rows of 2 files\n']);
  for (const table of ['tweets_processed', 'tweets_priced'])
    expect(await rows(folderStore(join(lake, table)), 'id', 'id')).toEqual([{ id: '2' }, { id: '3' }]);
});

test('purge --dry-run prints what it would delete, does not ask, and changes nothing', async () => {
  const { run, fill, folder } = await setUp();
  await fill('tweets-processed', posts);
  const lake = join(folder, 'lake');
  await run(`sink file --topics tweets-processed --dir ${lake} --once`);
  const { code, out } = await purge(`file --dir ${lake} --id 1,2,9 --dry-run`);
  expect([code, out]).toEqual([0, expect.stringMatching(/^would delete 2 rows of (1 file|2 files)\n$/)]);
  expect(await rows(folderStore(join(lake, 'tweets_processed')), 'id', 'id')).toHaveLength(3);
});

describe('purge without a sink', () => {
  test('purge without a sink reaches every sink of the bus, whatever the partition of the post', async () => {
    const { run, bus, folder } = await setUp();
    await withLocalBus(bus.dir, systemClock, (log) =>
      log.append(
        posts.map((post) => {
          const { id } = post;
          const value = JSON.stringify(post);
          return { topic: 'tweets-processed', partitionKey: id, key: id, value, headers: {} };
        }),
      ),
    );
    const lake = join(folder, 'lake');
    const sink = () => run(`sink file --topics tweets-processed --dir ${lake} --once`);
    await sink();
    expect((await run('purge --id 1,3 --dry-run')).out).toBe(
      'would write 6 tombstones, one for each id in every partition of tweets-processed; each sink deletes the posts when it reads them\n',
    );
    expect(JSON.parse((await sink()).out)).toMatchObject({ in: 0 });
    expect((await run('purge --id 1,3 --yes')).out).toMatch(/^wrote 6 tombstones/);
    const { sink: counts } = JSON.parse((await sink()).out).stages[0];
    expect(counts).toMatchObject({ tombstones: 6, purged: 2 });
    expect(await rows(folderStore(join(lake, 'tweets_processed')), 'id', 'id')).toEqual([{ id: '2' }]);
  });

  test('purge without a sink reaches every topic of posts that is there', async () => {
    const { run, fill } = await setUp();
    for (const topic of ['tweets-processed', 'tweets-priced']) await fill(topic, posts);
    expect((await run('purge --id 1 --dry-run')).out).toMatch(
      /one for each id in every partition of tweets-processed, tweets-priced; /,
    );
  });

  test('purge refuses a missing topic or bus', async () => {
    const { run, fill } = await setUp();
    expect(await run('purge --id 1 --yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no bus'),
    });
    await fill('tweets-processed', posts);
    expect(await run('purge --id 1 --topics other --yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining("no topic 'other'"),
    });
  });
});

test.each([
  [
    '--author 7 --yes',
    '--author needs a sink, since topics find posts by id only; name one of file, s3, mongo',
  ],
  ['--id 1 --dir lake --yes', '--dir needs a sink; name one of file, s3, mongo'],
  [
    'file --id 1 --topics mine --yes',
    '--topics has no effect on sink file: it stores all posts in one table',
  ],
  ['file --id 1 --rows 5 --yes', 'unknown flag --rows'],
  ['file --id 1 --every 1s --max-memory 2MB --format jsonl.gz --yes', 'unknown flag --max-memory'],
  ['mongo --id 1 --batch 5 --time-series --yes', 'unknown flag --batch'],
  ['file --id 1 --preset lake-house --yes', 'unknown flag --preset'],
  [
    '--id 1 --topics prices --yes',
    '--topics: prices has no posts that sinks store; name topics such as tweets-processed',
  ],
  ['file --id 1 --bus local:x --yes', '--bus has no effect on a single sink'],
  ['--id 1', 'cannot ask for confirmation without a terminal; add --yes'],
  ['file --yes', 'missing --id or --author: name the posts to delete, or their authors'],
  ['file --id 1', 'cannot ask for confirmation without a terminal; add --yes'],
  ['console --id 1 --yes', 'console'],
  ['s3 --id 1 --yes', '--url is missing'],
])('purge %s exits 2', async (line, text) => {
  const { code, out, err } = await purge(line);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(text);
});
