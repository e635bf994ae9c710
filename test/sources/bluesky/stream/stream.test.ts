import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTime, SECOND } from '../../../../src/core/util/time.ts';
import { readTweet } from '../../../../src/market/posts/tweet.ts';
import { didOf, uriOf } from '../../../stubs/bluesky/network.ts';
import { blueskyDesk } from '../harness.ts';

describe('what is written', () => {
  test('--coin keeps posts about these coins, and tags of a coin that no list has', async () => {
    const desk = await blueskyDesk();
    desk.run({ coins: ['btc', 'wxyz'] });
    await desk.opened();
    const kept = ['bitcoin', '$WXYZ moons', 'I like $BTC'].map((text) => uriOf(desk.post(text)));
    for (const text of ['ethereum', 'wxyz', 'rain']) desk.post(text);
    await desk.until(() => desk.counts['no coin'] === 3);
    expect(desk.keys()).toEqual(kept);
    expect(desk.around.warnings.join()).toContain('has no WXYZ');
  });

  test('--all-posts keeps every post and every deletion', async () => {
    const desk = await blueskyDesk();
    desk.run({ allPosts: true });
    await desk.opened();
    const event = desk.post('rain');
    desk.network.delete(event);
    desk.network.account(didOf(7), 'deleted');
    await desk.until(() => desk.of('posts-bluesky').length === 3);
    expect(desk.keys()).toEqual([uriOf(event)]);
  });

  test('deletions are written for posts that were written, also after restarts', async () => {
    const desk = await blueskyDesk();
    const first = desk.run();
    await desk.opened();
    const [kept, other] = [desk.post('bitcoin'), desk.post('rain')];
    for (let post = 0; post < 600; post++) desk.post(`bitcoin ${post}`);
    await desk.until(() => desk.keys().length === 601);
    await first.stop();
    desk.run();
    await desk.opened();
    desk.network.delete(kept);
    desk.network.delete(other);
    await desk.until(() => desk.counts.delete === 1);
    const deletions = desk.of('posts-bluesky').filter(({ headers }) => headers.schema === 'notice/1');
    expect(deletions).toMatchObject([{ key: uriOf(kept), partitionKey: uriOf(kept) }]);
  });

  test('a deleted account is written to every partition if a post of its author was written', async () => {
    const desk = await blueskyDesk();
    desk.run();
    await desk.opened();
    const { did } = desk.post('bitcoin');
    desk.network.account(did, 'deactivated');
    desk.network.account(did, 'takendown');
    desk.network.account('did:plc:stranger', 'deleted');
    await desk.until(() => desk.counts['account deleted'] === 1);
    expect(desk.of('posts-bluesky').at(-1)).toMatchObject({ key: did, partitionKey: null });
    expect(desk.counts.account).toBe(1);
  });

  test('an edit is written, also when the post no longer names a coin', async () => {
    const desk = await blueskyDesk();
    desk.run();
    await desk.opened();
    const { did, body } = desk.post('bitcoin');
    const rkey = String(body.rkey);
    desk.post('rain', { did, rkey, operation: 'update' });
    desk.post('rain', { operation: 'update' });
    await desk.until(() => desk.counts['no coin'] === 1);
    expect(desk.keys()).toHaveLength(2);
    expect(readTweet(desk.valuesOf('posts-bluesky')[1])).toMatchObject({ body: { text: 'rain' } });
  });

  test.each(['1970-01-01T00:00:00Z', '2099-01-01T00:00:00Z'])(
    'createdAt %s does not reject a post',
    async (createdAt) => {
      const desk = await blueskyDesk();
      desk.run();
      await desk.opened();
      const { at } = desk.post('bitcoin', { record: { createdAt } });
      await desk.until(() => desk.keys().length === 1);
      expect(readTweet(desk.valuesOf('posts-bluesky')[0]).time).toBe(at);
      expect(desk.of('rejects')).toEqual([]);
    },
  );

  test('a post without a text is rejected, and reading goes on', async () => {
    const desk = await blueskyDesk();
    desk.run();
    await desk.opened();
    desk.network.commit({ record: { text: 7 } });
    desk.post();
    await desk.until(() => desk.keys().length === 1);
    expect(desk.valuesOf('rejects')).toMatchObject([{ why: 'record.text: 7 is not a text' }]);
  });

  test('all posts of the network are counted by minute, for every partition', async () => {
    const desk = await blueskyDesk();
    const running = desk.run();
    await desk.opened();
    const begin = desk.around.context.now();
    for (let post = 0; post < 90; post++) {
      desk.post(post % 3 === 0 ? 'bitcoin' : 'rain');
      await desk.pass(SECOND);
    }
    await running.stop();
    const next = desk.run();
    await desk.opened();
    for (let post = 0; post < 90; post++) {
      desk.post('rain');
      await desk.pass(SECOND);
    }
    await next.stop();
    const rows = desk.valuesOf('posts-seen');
    const minutes = [...new Set(desk.network.events.map(({ at }) => Math.floor(at / 60_000) * 60_000))];
    const expected = minutes.map((minute) => ({
      from: Math.max(minute, desk.network.events[0]!.at),
      posts_seen: desk.network.events.filter(({ at }) => at >= minute && at < minute + 60_000).length,
    }));
    const found = rows.map(({ from, posts_seen }) => ({ from: readTime(from), posts_seen }));
    expect(found).toEqual(expected.slice(0, rows.length));
    expect(rows.length).toBeGreaterThanOrEqual(2);
    expect(begin).toBeLessThanOrEqual(readTime(rows[0]!.from));
    expect(desk.of('posts-seen')[0]!.partitionKey).toBeNull();
  });
});

describe('restarts', () => {
  test('killed before any chunk, on servers of either wire: every post once, every count once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<('v2' | 'v1')[]>(['v2'], ['v1'], ['v2', 'v2'], ['v2', 'v1']),
        fc.array(fc.record({ chunks: fc.nat(4), posts: fc.nat(6), ends: fc.boolean() }), {
          size: 'max',
          minLength: 3,
          maxLength: 12,
        }),
        async (wires, lives) => {
          const desk = await blueskyDesk(
            ...wires.map((wire, index) => ({ wire, firstSeq: 1000 * (index + 1), delayMs: index * 200 })),
          );
          const expected: string[] = [];
          const begun = desk.run();
          await desk.opened();
          expected.push(uriOf(desk.post()));
          await desk.until(() => desk.keys().length > 0);
          await begun.kill();
          for (const { chunks, posts, ends } of lives) {
            const running = desk.run({}, chunks);
            for (let post = 0; post < posts; post++) {
              expected.push(uriOf(desk.post()));
              desk.post('rain');
              await desk.pass(700);
              if (ends && post === 2) for (const host of desk.hosts) host.end({ code: 1001 });
            }
            await running.kill();
            await desk.pass(SECOND);
          }
          desk.run();
          await desk.until(() => new Set(desk.keys()).size === expected.length);
          await desk.pass(12 * SECOND);
          expected.push(uriOf(desk.post()));
          await desk.until(() => desk.keys().includes(expected.at(-1)!));
          expect([...desk.keys()].sort()).toEqual([...expected].sort());
          for (const { backfilled } of desk.gaps()) expect(backfilled).toBe(true);
          for (const host of desk.hosts) expect(host.open).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);
});
