import { expect, test } from 'vitest';
import { KeptPosts } from '../../../src/sources/bluesky/kept-posts.ts';

/** Adds posts and stores what a chunk would, one post a chunk. */
async function stored(count: number) {
  const positions = new Map<string, string>();
  const position = async (name: string) => positions.get(name);
  const kept = await KeptPosts.restore('p', { posts: [], segment: 0 }, { position });
  for (let post = 0; post < count; post++) {
    kept.add(`did:${post % 1000}`, `r${post}`);
    for (const chunk of kept.fullSegment('p')) positions.set(chunk.position!.name, chunk.position!.value);
  }
  const restored = await KeptPosts.restore('p', kept.state(), { position });
  return { kept, restored, positions };
}

test('posts and authors are known, also after a restart', async () => {
  const { kept, restored } = await stored(1200);
  for (const posts of [kept, restored]) {
    for (const post of [0, 249, 250, 999, 1199])
      expect(posts.has(`did:${post % 1000}`, `r${post}`)).toBe(true);
    expect(posts.has('did:1', 'r2')).toBe(false);
    expect([posts.hasAuthor('did:7'), posts.hasAuthor('did:x')]).toEqual([true, false]);
  }
});

test('the newest 32,000 posts are kept, and a position holds 250 at most', async () => {
  const { kept, restored, positions } = await stored(40_000);
  for (const posts of [kept, restored]) {
    expect(posts.has('did:0', 'r0')).toBe(false);
    expect(posts.has(`did:${8500 % 1000}`, 'r8500')).toBe(true);
    expect(posts.has('did:999', 'r39999')).toBe(true);
    expect(posts.state().posts.length).toBeLessThan(250);
  }
  expect(positions.size).toBe(128);
});
