import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AuthorPosts } from '../../../src/core/stream/author-posts.ts';
import { HOUR, MINUTE } from '../../../src/core/util/time.ts';

const changed = (posts: AuthorPosts, state = new Map<string, string>()) => {
  for (const [key, value] of posts.changes())
    if (value === null) state.delete(key);
    else state.set(key, value);
  return state;
};

test('the posts of an author are remembered for the horizon', () => {
  const posts = new AuthorPosts(HOUR);
  posts.add('ann', '1', 0);
  posts.add('bob', '2', 0);
  posts.add('ann', '3', MINUTE);
  posts.add('ann', '3', MINUTE);
  expect(posts.idsOf('ann')).toEqual(['1', '3']);
  expect(posts.idsOf('eve')).toEqual([]);
  for (let minute = 2; minute < 200; minute++) posts.add('bob', String(minute), minute * MINUTE);
  expect(posts.idsOf('ann')).toEqual([]);
});

test('a restart from the stored state at any step forgets nothing', () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('ann', 'bob'), fc.nat(9), fc.nat(30)), {
        size: 'max',
        maxLength: 60,
      }),
      fc.nat(60),
      (steps, restart) => {
        const whole = new AuthorPosts(HOUR);
        let cut = new AuthorPosts(HOUR);
        const state = new Map<string, string>();
        steps.forEach(([author, id, minute], index) => {
          whole.add(author, String(id), minute * MINUTE);
          cut.add(author, String(id), minute * MINUTE);
          if (index === restart) cut = new AuthorPosts(HOUR, changed(cut, state));
        });
        for (const author of ['ann', 'bob'])
          expect([...cut.idsOf(author)].sort()).toEqual([...whole.idsOf(author)].sort());
      },
    ),
  ));
