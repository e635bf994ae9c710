import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../../src/core/util/time.ts';
import { NearPosts } from '../../../../src/processors/signals/contents/near-posts.ts';

const T0 = Date.UTC(2026, 2, 2);
const TEXT = 'huge airdrop today, send your coins to this address and get them back twice';

test('a text repeats one about the same coin of the hour before it, also with a typo and another link', () => {
  const near = new NearPosts(new Map());
  expect(near.repeats('btc', TEXT, T0)).toBe(false);
  expect(near.repeats('btc', `${TEXT.replace('huge', 'hugee')} https://x.example/1`, T0 + HOUR)).toBe(true);
  expect(near.repeats('eth', TEXT, T0)).toBe(false);
  expect(near.repeats('btc', TEXT, T0 + HOUR + 2 * MINUTE)).toBe(false);
});

test('a post does not repeat a later one that was read before it', () => {
  const near = new NearPosts(new Map());
  near.repeats('btc', TEXT, T0 + MINUTE);
  expect(near.repeats('btc', TEXT, T0)).toBe(false);
});

test('a short text never counts as a near duplicate', () => {
  const near = new NearPosts(new Map());
  near.repeats('btc', 'gm', T0);
  expect(near.repeats('btc', 'gm', T0)).toBe(false);
});

test('what is stored is restored, of each coin', () => {
  const near = new NearPosts(new Map());
  near.repeats('a|b', TEXT, T0);
  near.repeats('eth', 'bitcoin is down by two percent since this morning', T0);
  const stored = new Map(near.changes().map(([name, text]) => [name, text!]));
  const restored = new NearPosts(stored);
  expect(restored.repeats('a|b', TEXT, T0)).toBe(true);
  expect(restored.repeats('eth', TEXT, T0)).toBe(false);
});

test('past its capacity the oldest minute is forgotten', () => {
  const near = new NearPosts(new Map(), 2);
  for (const [i, word] of ['first', 'second', 'third'].entries())
    near.repeats('btc', `${word.repeat(9)} something else ${i}`, T0 + i * MINUTE);
  expect(near.repeats('btc', `${'first'.repeat(9)} something else 0`, T0 + 3 * MINUTE)).toBe(false);
});
