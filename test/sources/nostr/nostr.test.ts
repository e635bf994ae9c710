import { describe, expect, test } from 'vitest';
import { nostrEvent } from '../../stubs/nostr.ts';
import { recordsOf, START, turned, valuesOf } from '../turned.ts';
import { follow, relays } from './run.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a relay of Nostr', () => {
  test('a post is written as the relay sent it, keyed by its id', async () => {
    const [relay] = await relays(1);
    const post = nostrEvent({ at: START + SECOND });
    const run = follow([relay!]);
    await run.until(() => relay!.asked.length > 2);
    relay!.publish(post);
    await run.until(() => run.ids().length > 0);
    expect(recordsOf(run.chunks, 'posts-nostr')).toEqual([
      {
        topic: 'posts-nostr',
        partitionKey: post.id,
        key: post.id,
        value: JSON.stringify(post),
        headers: { source: 'nostr', schema: 'tweet/1', received_at: expect.stringMatching(/^2026-03-02T10/) },
      },
    ]);
    expect(await run.stop()).toBeUndefined();
    await expect.poll(() => relay!.sockets.size).toBe(0);
  });

  test('subscriptions name the hashtags of the coins, and all deletions', async () => {
    const [relay] = await relays(1);
    const run = follow([relay!], { coins: ['btc', 'nope'] });
    await run.until(() => relay!.asked.length > 2);
    const since = START / SECOND - 120;
    expect(relay!.asked[0]).toEqual([
      {
        kinds: [1, 6],
        '#t': ['btc', 'bitcoin', 'xbt', 'nope'],
        since,
        until: expect.any(Number),
        limit: 500,
      },
    ]);
    expect(relay!.asked[1]).toMatchObject([{ kinds: [5] }]);
    expect(relay!.asked[2]!.map(({ limit, until }) => [limit, until])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  test('--once reads the last hour, then ends', async () => {
    const [relay] = await relays(1);
    const posts = [50 * MINUTE, MINUTE].map((ago) => nostrEvent({ at: START - ago }));
    relay!.publish(nostrEvent({ at: START - 2 * HOUR }), ...posts.toReversed());
    const run = follow([relay!], { once: true });
    await run.until(() => false);
    expect(await run.stop()).toBeUndefined();
    expect(run.ids()).toEqual(posts.map(({ id }) => id));
  });

  test('a post that two relays send is written once', async () => {
    const both = await relays(2);
    const posts = [1, 2, 3].map((at) => nostrEvent({ at: START + at * SECOND }));
    const run = follow(both);
    await run.until(() => both.every(({ asked }) => asked.length > 2));
    for (const post of posts) for (const relay of both) relay.publish(post);
    await run.until(() => run.ids().length >= 3);
    await run.pass(MINUTE);
    expect(run.ids().sort()).toEqual(posts.map(({ id }) => id).sort());
    expect(run.chunks.reduce((sum, { counts }) => sum + (counts?.repeat ?? 0), 0)).toBe(3);
  });

  test('a relay that fails does not stop the others', async () => {
    const [good, bad] = await relays(2);
    bad!.switches.refusal = { status: 503 };
    const run = follow([good!, bad!]);
    await run.until(() => good!.asked.length > 2);
    good!.publish(nostrEvent({ at: START + SECOND }));
    await run.until(() => run.ids().length === 1);
    await run.pass(MINUTE);
    const host = new URL(bad!.url).host;
    expect(run.around.warnings).toEqual([`nostr: ${host}: HTTP 503 instead of a WebSocket; trying again`]);
    bad!.switches.refusal = undefined;
    await run.until(() => bad!.asked.length > 2, 1000);
    await run.until(() => run.around.logged.includes(`nostr: ${host} answers again`));
  });
});

describe('what a relay sends', () => {
  test('an event whose id is not the hash of its contents is rejected once', async () => {
    const [relay] = await relays(1);
    const forged = { ...nostrEvent({ at: START }), content: 'something else' };
    relay!.publish(forged);
    const run = follow([relay!]);
    await run.until(() => relay!.asked.length > 2);
    await run.pass(SECOND, 100);
    expect(valuesOf(run.chunks, 'rejects')).toEqual([
      {
        topic: 'posts-nostr',
        source: 'nostr',
        text: JSON.stringify(forged),
        why: `id: ${forged.id} is not the hash of the contents`,
      },
    ]);
  });

  test('an event ahead of the clock by more than --max-ahead is rejected', async () => {
    const [relay] = await relays(1);
    const run = follow([relay!]);
    await run.until(() => relay!.asked.length > 2);
    relay!.publish(nostrEvent({ at: START + 48 * HOUR }), nostrEvent({ at: START + HOUR }));
    await run.until(() => run.ids().length === 1);
    expect(valuesOf(run.chunks, 'rejects')).toMatchObject([
      { why: expect.stringContaining('too far ahead') },
    ]);
  });

  test('a text that is no message, and a notice, do not stop the stream', async () => {
    const [relay] = await relays(1);
    relay!.switches.notice = 'be\u0007 nice';
    relay!.switches.challenge = 'abc';
    const run = follow([relay!]);
    await run.until(() => relay!.asked.length > 2);
    for (const text of ['not JSON', '{}', '["COUNT","cp3",{"count":1}]', '["EVENT","other",{}]'])
      relay!.send(text);
    relay!.publish(nostrEvent({ at: START }));
    await run.until(() => run.ids().length === 1);
    expect(valuesOf(run.chunks, 'rejects').map(({ text }) => text)).toEqual(['not JSON', '{}']);
    expect(run.around.logged[0]).toBe(`nostr: ${new URL(relay!.url).host} says: be  nice`);
  });

  test('an event of another kind is counted', async () => {
    const [relay] = await relays(1);
    const run = follow([relay!]);
    await run.until(() => relay!.asked.length > 2);
    relay!.send(JSON.stringify(['EVENT', 'cp3', nostrEvent({ at: START, kind: 7 })]));
    await run.until(() => run.chunks.some(({ counts }) => counts?.['other kind'] === 1));
  });

  test('a deletion goes to every partition', async () => {
    const [relay] = await relays(1);
    const run = follow([relay!]);
    await run.until(() => relay!.asked.length > 2);
    const post = nostrEvent({ at: START });
    const deletion = nostrEvent({ at: START + SECOND, kind: 5, tags: [['e', post.id]], content: '' });
    relay!.publish(post, deletion, nostrEvent({ at: START, kind: 5, tags: [['a', '30023:x:y']] }));
    await run.until(() => recordsOf(run.chunks, 'posts-nostr').length === 2);
    expect(recordsOf(run.chunks, 'posts-nostr')[1]).toMatchObject({
      partitionKey: null,
      value: JSON.stringify(deletion),
      headers: { schema: 'notice/1' },
    });
  });

  test('a post that another relay gives after its deletion is left out', async () => {
    const [first, second] = await relays(2);
    const post = nostrEvent({ at: START - 30 * SECOND });
    const deletion = nostrEvent({ at: START, kind: 5, tags: [['e', post.id]] });
    first!.publish(deletion);
    const run = follow([first!, second!]);
    await run.until(() => second!.asked.length > 2 && recordsOf(run.chunks, 'posts-nostr').length === 1);
    second!.publish(post);
    await run.until(() => run.chunks.some(({ counts }) => counts?.deleted === 1));
    expect(run.ids()).toEqual([]);
  });
});

describe('a refusal of a relay', () => {
  test.each([
    'auth-required: log in',
    'restricted: not you',
    'blocked: not you',
    'pow: more work',
    'invalid: bad',
  ])('CLOSED %s: the relay is left out, with its reason', async (reason) => {
    const both = await relays(2);
    both[0]!.switches.closed.push(reason);
    const run = follow(both);
    await run.until(() => run.around.warnings.length > 0);
    expect(run.around.warnings).toEqual([`nostr: leaving out ${both[0]!.relayUrl}: ${reason}`]);
    both[1]!.publish(nostrEvent({ at: START }));
    await run.until(() => run.ids().length === 1);
    await run.pass(10 * MINUTE);
    expect(both[0]!.upgrades).toHaveLength(1);
  });

  test.each([
    ['rate-limited: slow down', 10 * SECOND],
    ['error: database', 5 * SECOND],
    ['duplicate: same id', 5 * SECOND],
    ['', 5 * SECOND],
  ])('CLOSED %s: the relay is asked again later', async (reason, waitMs) => {
    const [relay] = await relays(1);
    relay!.switches.closed.push(reason, reason);
    const run = follow([relay!]);
    await run.until(() => relay!.asked.length === 2, 100);
    expect(run.around.context.now() - START).toBeGreaterThanOrEqual(waitMs);
    await run.until(() => relay!.asked.length === 3, 100);
    expect(run.around.context.now() - START).toBeGreaterThanOrEqual(3 * waitMs);
  });

  test('a refused upgrade with 403 leaves the relay out, and no relay left is an error', async () => {
    const [relay] = await relays(1);
    relay!.switches.refusal = { status: 403 };
    const run = follow([relay!]);
    await run.until(() => false);
    expect(await run.stop()).toMatchObject({
      code: 'unavailable',
      message: 'nostr: no relay can be read (HTTP 403 instead of a WebSocket)',
      hint: expect.stringContaining('--nostr-relays'),
    });
  });

  test('--once gives up a relay that does not answer after three attempts', async () => {
    const [good, bad] = await relays(2);
    bad!.switches.refusal = { status: 500 };
    const run = follow([good!, bad!], { once: true });
    await run.until(() => false, 1000);
    expect(await run.stop()).toBeUndefined();
    expect(bad!.upgrades).toHaveLength(3);
    expect(run.around.warnings).toHaveLength(1);
  });

  test('a relay that answers no subscription is dropped after 30 s', async () => {
    const [relay] = await relays(1);
    relay!.switches.isMute = true;
    const run = follow([relay!]);
    await run.until(() => relay!.upgrades.length === 2, 500);
    expect(run.around.context.now() - START).toBeGreaterThanOrEqual(30 * SECOND);
  });
});

test('a relay without limits of its own, or with one filter, is read', async () => {
  const [silent, narrow] = await relays(2, turned().context.now);
  silent!.switches.limitation = undefined;
  narrow!.switches.limitation = { max_filters: 1, max_limit: 20 };
  const run = follow([silent!, narrow!]);
  await run.until(() => silent!.asked.length > 2 && narrow!.asked.length > 1);
  expect(narrow!.asked.map((filters) => filters.length)).toEqual([1, 1]);
  expect(narrow!.asked[0]![0]!.limit).toBe(20);
});

test('with a local clock that is an hour ahead the posts of the present are still read', async () => {
  const [relay] = await relays(1, () => START - HOUR);
  const run = follow([relay!]);
  await run.until(() => relay!.asked.length > 2);
  relay!.publish(nostrEvent({ at: START - HOUR + SECOND }));
  await run.until(() => run.ids().length === 1);
  expect(run.around.warnings).toEqual([
    expect.stringMatching(/^nostr: the local clock is \S+ ahead of that of 127\.0\.0\.1:\d+; synchronize it/),
  ]);
});
