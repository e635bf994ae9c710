import { expect, test } from 'vitest';
import { readRule } from '../../../src/sources/x/rules/rule.ts';
import { countAt } from '../../../src/sources/x/stream/monthly-quota.ts';
import type { XStub } from '../../stubs/x.ts';
import {
  checkWith,
  connected,
  defaultsOf,
  pass,
  passUntil,
  type Run,
  run,
  stage,
  turnLoop,
} from './harness.ts';

let stub: XStub;
let running: Run | undefined;

const HOUR = 3_600_000;

async function ready(now?: number) {
  const set = await stage({}, undefined, now);
  stub = set.stub;
  const start = (maxPosts = 10, topic?: string) => {
    running = run(set.desk, stub.url, {
      rules: [readRule('btc=bitcoin')],
      maxPosts,
      fullRetweets: 'no',
      ...(topic && { topic }),
    });
  };
  return { ...set, start };
}

test('--max-posts: a warning at 80 %, the stream is closed at the last post and read again next month', async () => {
  const { desk, clock, start } = await ready();
  start();
  await connected(stub, clock);
  for (let count = 0; count < 7; count++) stub.post();
  await pass(clock, 300);
  expect([desk.status, desk.quota]).toEqual(Array(2).fill('posts 7 of 10 this month'));
  expect(desk.logged.join()).not.toContain('are used');
  for (let count = 0; count < 3; count++) stub.post();
  await pass(clock, 300);
  expect(desk.logged).toContain(
    "8 of 10 of this month's posts are used (--max-posts); at the limit, reading from X pauses until 2026-04-01",
  );
  expect(desk.logged.at(-1)).toBe(
    '--max-posts: posts 10 of 10 this month; reading from X resumes on 2026-04-01 (UTC)',
  );
  expect([desk.ids().length, stub.log.open]).toEqual([10, 0]);
  expect(await passUntil(clock, () => stub.log.accepted === 2, 31 * 24 * HOUR, HOUR)).toBe(true);
  expect(new Date(clock.now()).toISOString()).toMatch(/^2026-04-01T00:/);
  stub.post();
  await pass(clock, 300);
  expect(desk.ids()).toHaveLength(11);
  expect(desk.status).toBe('posts 1 of 10 this month');
  expect(desk.gaps()).toMatchObject([{ reason: 'max-posts', from: '2026-03-02T10:15:00.300Z' }]);
});

test('--max-posts is kept across restarts; what X has handed over at once is billed, so it is written', async () => {
  const { desk, clock, start } = await ready();
  start();
  await connected(stub, clock);
  for (let count = 0; count < 6; count++) stub.post();
  await pass(clock, 300);
  await running!.stop();
  start();
  await connected(stub, clock, 2);
  expect(desk.status).toBe('posts 6 of 10 this month');
  for (let count = 0; count < 6; count++) stub.post();
  await pass(clock, 300);
  expect(desk.ids()).toHaveLength(12);
  expect(stub.log.open).toBe(0);
  await running!.stop();
  start();
  await turnLoop(100);
  await pass(clock, 60_000, 1000);
  expect(stub.log.accepted).toBe(2);
  expect(desk.status).toBe('posts 12 of 10 this month');
  await running!.stop();
  start(100);
  await connected(stub, clock, 3);
  expect(desk.status).toBe('posts 12 of 100 this month');
});

test('the month ends while the stream is read', async () => {
  const { desk, clock, start } = await ready(Date.UTC(2026, 2, 31, 23, 59));
  start();
  await connected(stub, clock);
  for (let count = 0; count < 9; count++) stub.post();
  await pass(clock, 300);
  await passUntil(clock, () => clock.now() >= Date.UTC(2026, 3, 1), HOUR, 1000);
  for (let count = 0; count < 9; count++) stub.post();
  await pass(clock, 300);
  expect(desk.ids()).toHaveLength(18);
  expect(desk.status).toBe('posts 9 of 10 this month');
});

test('the monthly quota counts the posts of all topics', async () => {
  const { desk, clock, start } = await ready();
  // As an older version left it.
  desk.positions.set('x/tweets', '{"heard":null,"month":"2026-03","posts":3}');
  for (const [index, topic] of ['other', '{coin_name}', 'tweets'].entries()) {
    start(10, topic);
    await connected(stub, clock, index + 1);
    expect(desk.status).toBe(`posts ${3 + 2 * index} of 10 this month`);
    for (let count = 0; count < 2; count++) stub.post();
    await pass(clock, 300);
    await running!.stop();
  }
  expect(desk.status).toBe('posts 9 of 10 this month');
  start(9, 'a-fourth');
  await pass(clock, 60_000, 1000);
  expect(stub.log.accepted).toBe(3);
  const found = await checkWith(desk, defaultsOf(stub.url, { maxPosts: 9 }));
  expect(found.at(-1)).toMatchObject({ severity: 'warn', detail: 'posts 9 of 9 this month' });
  await passUntil(clock, () => stub.log.accepted === 4, 31 * 24 * HOUR, HOUR);
  expect(desk.status).toBe('posts 0 of 9 this month');
});

test('a clock that was ahead does not block the quota for years', async () => {
  const { desk, clock, start } = await ready();
  desk.positions.set('x/tweets', '{"heard":null,"month":"2027-12","posts":9}');
  desk.positions.set('x/other', '{"heard":null,"month":"2027-12","posts":1}');
  desk.positions.set('x-topics', '["other"]');
  start();
  await passUntil(clock, () => stub.log.accepted === 1, 31 * 24 * HOUR, HOUR);
  expect(new Date(clock.now()).toISOString()).toMatch(/^2026-04-01T00:/);
  expect(desk.status).toBe('posts 0 of 10 this month');
});

test("a clock set back over a month's end does not reset the quota twice", () => {
  const april = Date.UTC(2026, 3, 1);
  const count = { month: '2026-04', posts: 7 };
  expect(countAt(count, april - 60_000)).toEqual(count);
  expect(countAt(count, april + 60_000)).toEqual(count);
  expect(countAt(count, april - 25 * HOUR)).toEqual({ month: '2026-03', posts: 7 });
  expect(countAt(count, april + 31 * 24 * HOUR)).toEqual({ month: '2026-05', posts: 0 });
});

test('an original that comes with its retweet is billed, so it counts', async () => {
  const { desk, clock } = await ready();
  running = run(desk, stub.url, { rules: [readRule('btc=bitcoin')], maxPosts: 10 });
  await connected(stub, clock);
  const data = { id: '42', text: 'RT @a: bitc…', referenced_tweets: [{ type: 'retweeted', id: '7' }] };
  const includes = { tweets: [{ id: '7', text: 'bitcoin' }] };
  const matching_rules = [{ id: '1', tag: 'btc' }];
  await stub.say(`${JSON.stringify({ data, includes, matching_rules })}\r\n`);
  await pass(clock, 300);
  expect([desk.ids(), desk.status]).toEqual([['42'], 'posts 2 of 10 this month']);
});
