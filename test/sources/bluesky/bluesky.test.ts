import { expect, test } from 'vitest';
import { readTweet } from '../../../src/market/posts/tweet.ts';
import { uriOf } from '../../stubs/bluesky/network.ts';
import { followersOf } from '../../stubs/bluesky/profiles.ts';
import { blueskyDesk } from './harness.ts';

test('posts that name a coin are written as they came, with source, time of receipt and author', async () => {
  const desk = await blueskyDesk();
  const running = desk.run();
  await desk.opened();
  const event = desk.post();
  desk.post('rain again');
  await desk.until(() => desk.of('posts-bluesky').length > 0);
  await running.stop();
  const [record, ...others] = desk.of('posts-bluesky');
  expect(others).toEqual([]);
  expect(record).toMatchObject({
    partitionKey: uriOf(event),
    key: uriOf(event),
    headers: { source: 'bluesky', schema: 'tweet/1' },
  });
  const post = readTweet(JSON.parse(record!.value!));
  expect(post).toMatchObject({
    id: uriOf(event),
    time: event.at,
    body: {
      text: 'bitcoin rises',
      author_id: event.did,
      followers_count: followersOf(event.did),
    },
  });
  expect(post.body.username).toMatch(/\.example$/);
  expect(desk.counts).toEqual({ 'no coin': 1 });
  expect(desk.around.warnings).toEqual([]);
  expect(desk.gaps()).toEqual([]);
  expect(desk.server.clientFrames).toBe(0);
});
