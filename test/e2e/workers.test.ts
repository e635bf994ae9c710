import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { random } from '../../src/core/util/random.ts';
import { benchPosts } from '../bench/posts.ts';
import { sandbox, succeed } from './cli.ts';

const { run, start, path } = sandbox();

const ROUNDS = 10;
const POSTS = 1500;
/** Tasks move to a worker early, so that most moments fall into one's work. */
const ENV = { CRYPTOPIPE_TEST_BUSY_AFTER: '50' };

test('kill -9 of a process with workers at random moments: each post is selected once, as in one thread', {
  timeout: 5 * 60_000,
}, async () => {
  const draw = random(2, 'moments');
  const lines = [...benchPosts(ROUNDS * POSTS)];
  const bus = (name: string) => ['--bus', `local:${name}`];
  const produce = (name: string) =>
    run(['produce', 'tweets', '--source', 'file', '--file', path('posts.jsonl'), ...bus(name)]);
  const select = ['process', 'select', '--commit-every', '10ms'];
  const selected = async (name: string) => {
    const read = ['sink', 'console', '--topics', 'tweets-processed', '--once', ...bus(name)];
    const rows = (await succeed(run(read)))
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as object);
    return rows.map((row) => JSON.stringify({ ...row, received_at: null })).sort();
  };
  let killed = 0;
  for (let cycle = 0; cycle < ROUNDS; cycle++) {
    appendFileSync(path('posts.jsonl'), `${lines.slice(cycle * POSTS, (cycle + 1) * POSTS).join('\n')}\n`);
    await succeed(produce('disturbed'));
    const { child, done } = start([...select, '--workers', '3', ...bus('disturbed')], ENV);
    await new Promise((resolve) => setTimeout(resolve, 200 + draw.below(900)));
    child.kill('SIGKILL');
    killed += (await done).code === null ? 1 : 0;
  }
  expect(killed).toBe(ROUNDS);
  await succeed(produce('calm'));
  const last = run([...select, '--workers', '3', '--once', ...bus('disturbed')], ENV);
  expect((await last).stderr).not.toContain('rejected');
  await succeed(run([...select, '--workers', '1', '--once', ...bus('calm')]));
  const [disturbed, calm] = [await selected('disturbed'), await selected('calm')];
  expect(calm.length).toBeGreaterThan(ROUNDS * POSTS);
  expect(disturbed).toEqual(calm);
});

test('a process with busy workers commits and stops at SIGTERM', { timeout: 60_000 }, async () => {
  appendFileSync(path('posts.jsonl'), `${[...benchPosts(30_000)].join('\n')}\n`);
  await succeed(run(['produce', 'tweets', '--source', 'file', '--file', path('posts.jsonl')]));
  const running = start(['process', 'select', '--workers', '2'], ENV);
  await running.saw('in ');
  running.child.kill('SIGTERM');
  expect(await running.done).toMatchObject({ code: 0 });
  const rest = await run(['process', 'select', '--once', '--workers', '2'], ENV);
  const { stages } = JSON.parse(rest.stdout) as { stages: { to: Record<string, number> }[] };
  const ends = Object.entries(stages[0]!.to).filter(([place]) => place.startsWith('tweets/'));
  expect(ends.reduce((sum, [, end]) => sum + end, 0)).toBe(30_000);
});
