import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nostrEvent } from '../../stubs/nostr.ts';
import { START, valuesOf } from '../turned.ts';
import { follow, type NostrRun, relays } from './run.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const gapsOf = (run: NostrRun) => valuesOf(run.chunks, 'gaps');
/** Whether the run follows new events of its relays. */
const isFollowing = (relay: { readonly asked: readonly (readonly { readonly until?: number }[])[] }) =>
  relay.asked.at(-1)?.[0]?.until === undefined && relay.asked.length > 0;

describe('a time without a relay', () => {
  test('a night: the posts of the night are read once, oldest first, and the gap is backfilled', async () => {
    const [relay] = await relays(1);
    const first = follow([relay!]);
    await first.until(() => isFollowing(relay!));
    relay!.publish(nostrEvent({ at: START }));
    await first.until(() => first.ids().length === 1);
    await first.stop();
    const posts = Array.from({ length: 700 }, (_, index) =>
      nostrEvent({ at: START + index * 50 * SECOND, content: `#bitcoin ${index}` }),
    );
    relay!.publish(...posts.toReversed());
    first.around.turn(10 * HOUR);
    const second = follow([relay!], { after: first });
    await second.until(() => gapsOf(second).length > 0);
    expect(second.ids()).toEqual(posts.map(({ id }) => id));
    expect(gapsOf(second)).toEqual([
      {
        source: 'nostr',
        from: expect.stringMatching(/^2026-03-02T10:1/),
        to: expect.stringMatching(/^2026-03-02T20:1/),
        reason: `${new URL(relay!.url).host}: restart`,
        backfilled: true,
      },
    ]);
  });

  test('a cut: the relay is asked again from a minute before, and only the gap of that relay is marked', async () => {
    const both = await relays(2);
    const run = follow(both);
    await run.until(() => both.every(isFollowing));
    const before = nostrEvent({ at: START + SECOND });
    for (const relay of both) relay.publish(before);
    await run.until(() => run.ids().length === 1);
    both[0]!.switches.refusal = { status: 503 };
    both[0]!.cut();
    await run.pass(MINUTE);
    const missed = nostrEvent({ at: START + 30 * SECOND, content: '#bitcoin missed' });
    both[0]!.publish(missed);
    both[0]!.switches.refusal = undefined;
    await run.until(() => gapsOf(run).length > 0, 500);
    expect(run.ids()).toEqual([before.id, missed.id]);
    expect(gapsOf(run)).toEqual([
      expect.objectContaining({
        reason: `${new URL(both[0]!.url).host}: closed (1006), HTTP 503 instead of a WebSocket`,
        backfilled: true,
      }),
    ]);
  });

  test('a relay that is silent for a minute after a ping is dropped', async () => {
    const [relay] = await relays(1);
    const run = follow([relay!]);
    await run.until(() => isFollowing(relay!));
    for (const socket of relay!.sockets) socket.pause();
    await run.until(() => relay!.upgrades.length === 2, 1000);
    await run.until(() => gapsOf(run).length > 0);
    expect(gapsOf(run)).toMatchObject([
      { reason: expect.stringContaining('silent for 1m'), backfilled: true },
    ]);
  });

  test('a quiet relay that answers pings stays connected for an hour', async () => {
    const [relay] = await relays(1);
    const run = follow([relay!]);
    await run.until(() => isFollowing(relay!));
    await run.pass(HOUR);
    expect(relay!.upgrades).toHaveLength(1);
  });

  test('a crash in the first moments leaves a gap from the start of that run', async () => {
    const [relay] = await relays(1);
    const first = follow([relay!], { chunks: 1 });
    await first.stop();
    first.around.turn(HOUR);
    const second = follow([relay!], { after: first });
    await second.until(() => gapsOf(second).length > 0);
    expect(gapsOf(second)).toMatchObject([{ from: '2026-03-02T10:15:30.000Z', backfilled: true }]);
  });

  test('a relay that gives fewer events than asked for is asked until it has nothing new', async () => {
    const [relay] = await relays(1);
    relay!.switches.maxLimit = 7;
    relay!.switches.limitation = undefined;
    const posts = Array.from({ length: 50 }, (_, index) =>
      nostrEvent({ at: START - HOUR + index * MINUTE, content: `#bitcoin ${index}` }),
    );
    relay!.publish(...posts);
    const run = follow([relay!], { once: true });
    await run.until(() => false);
    expect(run.ids()).toEqual(posts.map(({ id }) => id));
  });

  test('more events in one second than the relay gives at once: the gap is not backfilled', async () => {
    const [relay] = await relays(1);
    relay!.switches.maxLimit = 5;
    relay!.switches.limitation = { max_limit: 5 };
    const first = follow([relay!], { chunks: 1 });
    await first.stop();
    first.around.turn(HOUR);
    for (let index = 0; index < 9; index++)
      relay!.publish(nostrEvent({ at: START + MINUTE, content: `#bitcoin ${index}` }));
    const second = follow([relay!], { after: first });
    await second.until(() => gapsOf(second).length > 0);
    expect(gapsOf(second)).toMatchObject([{ backfilled: false }]);
  });
});

test('a relay that is away for long does not make the list of seen events longer than half a day', async () => {
  const both = await relays(2);
  both[1]!.switches.refusal = { status: 503 };
  const run = follow(both);
  await run.until(() => isFollowing(both[0]!));
  for (let hour = 0; hour < 16; hour++) {
    both[0]!.publish(nostrEvent({ at: run.around.context.now(), content: `#bitcoin ${hour}` }));
    await run.until(() => run.ids().length === hour + 1);
    await run.pass(HOUR, 5000);
  }
  const { seen } = JSON.parse(run.around.positions.get('nostr/posts-nostr')!) as { seen: object };
  expect(Object.keys(seen).length).toBeLessThanOrEqual(14);
  both[1]!.switches.refusal = undefined;
  const ofSecond = () =>
    gapsOf(run).filter(({ reason }) => String(reason).startsWith(new URL(both[1]!.url).host));
  await run.until(() => ofSecond().length > 0, 5000);
  expect(ofSecond()).toMatchObject([{ backfilled: false }]);
});

test('a crash after any chunk, and relays that fail, lose no post and write none twice', {
  timeout: 60_000,
}, async () => {
  const step = fc.record({
    chunks: fc.integer({ min: 1, max: 6 }),
    posts: fc.array(
      fc.record({ relay: fc.integer({ min: 0, max: 2 }), lateS: fc.integer({ min: 0, max: 50 }) }),
      {
        maxLength: 5,
        size: 'max',
      },
    ),
    cut: fc.boolean(),
    pauseS: fc.integer({ min: 0, max: 7200 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5, size: 'max' }), async (steps) => {
      const both = await relays(2);
      const written: string[] = [];
      const published = new Set<string>();
      let run: NostrRun | undefined;
      let count = 0;
      const publish = (at: number, relay: number) => {
        const post = nostrEvent({ at, content: `#bitcoin ${count++}` });
        published.add(post.id);
        // The third way is both.
        for (const [index, stub] of both.entries()) if (relay === 2 || relay === index) stub.publish(post);
      };
      for (const { chunks, posts, cut, pauseS } of steps) {
        run = follow(both, { chunks, ...(run !== undefined && { after: run }) });
        const { now } = run.around.context;
        if (cut) both[0]!.cut();
        for (const { relay, lateS } of posts) {
          await run.pass(2 * SECOND, 200);
          publish(now() - lateS * SECOND, relay);
        }
        await run.pass(5 * SECOND, 200);
        await run.stop();
        written.push(...run.ids());
        run.around.turn(pauseS * SECOND);
      }
      run = follow(both, { ...(run !== undefined && { after: run }) });
      await run.until(() => both.every(isFollowing));
      await run.pass(5 * SECOND, 200);
      await run.stop();
      written.push(...run.ids());
      expect(written.sort()).toEqual([...published].sort());
    }),
    { numRuns: 15 },
  );
});
