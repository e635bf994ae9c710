import { expect, test } from 'vitest';
import { DAY, MINUTE } from '../../../src/core/util/time.ts';
import { readTweet } from '../../../src/market/posts/tweet.ts';
import { didOf } from '../../stubs/bluesky/network.ts';
import { blueskyDesk } from './harness.ts';

const followers = (desk: Awaited<ReturnType<typeof blueskyDesk>>) =>
  desk.valuesOf('posts-bluesky').map((value) => readTweet(value).body.followers_count);

test('authors are asked for 25 at a time, and remembered for a day', async () => {
  const desk = await blueskyDesk();
  desk.run();
  await desk.opened();
  for (let post = 0; post < 60; post++) desk.post('bitcoin', { did: didOf(post % 30) });
  await desk.until(() => desk.keys().length === 60);
  expect(desk.profiles.requests.map(({ query }) => query.getAll('actors').length)).toEqual([25, 5]);
  expect(followers(desk)).not.toContain(null);
  desk.around.turn(DAY - MINUTE);
  desk.post('bitcoin', { did: didOf(1) });
  await desk.until(() => desk.keys().length === 61);
  expect(desk.profiles.requests).toHaveLength(2);
  await desk.until(() => desk.server.open === 1);
  desk.around.turn(2 * MINUTE);
  await desk.until(() => desk.server.open === 1);
  desk.post('bitcoin', { did: didOf(1) });
  await desk.until(() => desk.keys().length === 62);
  expect(desk.profiles.requests).toHaveLength(3);
});

test('an author that the service does not know has no name', async () => {
  const desk = await blueskyDesk();
  desk.run();
  await desk.opened();
  desk.post('bitcoin', { did: 'did:plc:nobody' });
  await desk.until(() => desk.keys().length === 1);
  expect(desk.valuesOf('posts-bluesky')[0].author).toBeUndefined();
  expect(desk.around.warnings).toEqual([]);
});

test('--no-authors asks for none, and lines stay as they came', async () => {
  const desk = await blueskyDesk();
  desk.run({ noAuthors: true });
  await desk.opened();
  desk.post();
  await desk.until(() => desk.keys().length === 1);
  expect(desk.profiles.requests).toEqual([]);
  expect(Object.keys(desk.valuesOf('posts-bluesky')[0])).toEqual(['$type', 'payload']);
});

test.each([
  ['429', { kind: 'answer', status: 429, body: {}, headers: { 'retry-after': '120' } }],
  ['500 in HTML', { kind: 'html', status: 500 }],
  ['reset', { kind: 'reset' }],
  ['a list of nothing', { kind: 'answer', body: [] }],
] as const)(
  'authors fail (%s): posts go on, it is warned once, and asked again after the pause',
  async (_, fault) => {
    const desk = await blueskyDesk();
    desk.run();
    await desk.opened();
    desk.profiles.next(fault);
    for (let post = 1; post <= 5; post++) {
      desk.post();
      await desk.until(() => desk.keys().length === post);
    }
    expect(followers(desk)).toEqual([null, null, null, null, null]);
    expect(desk.around.warnings).toHaveLength(1);
    expect(desk.around.warnings[0]).toContain('posts go on without names');
    expect(desk.profiles.requests).toHaveLength(1);
    for (let minute = 0; minute < 20; minute++) {
      desk.post('rain');
      await desk.pass(9000);
    }
    desk.post();
    await desk.until(() => desk.keys().length === 6);
    expect(followers(desk).at(-1)).not.toBeNull();
    expect(desk.around.logged.at(-1)).toBe('bluesky: authors are known again');
  },
);
