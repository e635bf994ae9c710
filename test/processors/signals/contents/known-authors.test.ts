import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StateChange } from '../../../../src/core/stream/keyed-state.ts';
import { murmur2 } from '../../../../src/core/util/hash.ts';
import { DAY } from '../../../../src/core/util/time.ts';
import { KnownAuthors } from '../../../../src/processors/signals/contents/known-authors.ts';

const T0 = Date.UTC(2026, 2, 2);
const stored = (changes: readonly StateChange[]) => new Map(changes.map(([name, text]) => [name, text!]));

test('an author is new once for each coin', () => {
  const authors = new KnownAuthors(new Map());
  expect(authors.note('btc', 'a', T0)).toEqual({ time: T0, before: undefined });
  expect(authors.note('btc', 'a', T0 + 1)).toBeUndefined();
  expect(authors.note('eth', 'a', T0)).toEqual({ time: T0, before: undefined });
});

test('an earlier post becomes the first', () => {
  const authors = new KnownAuthors(new Map());
  authors.note('btc', 'a', T0);
  expect(authors.note('btc', 'a', T0 - 5)).toEqual({ time: T0 - 5, before: T0 });
  expect(authors.note('btc', 'a', T0 - 3)).toBeUndefined();
});

test('what is stored is restored, and an author of the same day writes nothing', () => {
  const authors = new KnownAuthors(new Map());
  for (const name of ['a', 'b', '__proto__']) authors.note('btc', name, T0);
  const restored = new KnownAuthors(stored(authors.changes()));
  for (const name of ['a', 'b', '__proto__']) expect(restored.note('btc', name, T0 + 1)).toBeUndefined();
  expect(restored.changes()).toEqual([]);
});

test('past its limit, the list of known authors forgets the half seen least recently', () => {
  const authors = new KnownAuthors(new Map(), 10);
  for (let i = 0; i < 10; i++) authors.note('btc', `old ${i}`, T0 + i * DAY);
  authors.note('btc', 'old 0', T0 + 20 * DAY);
  authors.note('btc', 'one more', T0 + 20 * DAY);
  expect(authors.note('btc', 'old 0', T0 + 21 * DAY)).toBeUndefined();
  expect(authors.note('btc', 'old 9', T0 + 21 * DAY)).toBeUndefined();
  expect(authors.note('btc', 'old 1', T0 + 21 * DAY)).toBeDefined();
});

test('a commit stores the new authors of a coin together', () => {
  const authors = new KnownAuthors(new Map());
  for (let i = 0; i < 40; i++) authors.note('btc', `${i}`, T0);
  expect(authors.changes().map(([name]) => name)).toEqual(['authors|0|btc', 'authors|1|btc']);
  authors.note('btc', 'new', T0);
  authors.note('a|b', 'new', T0);
  expect(authors.changes().map(([name]) => name)).toEqual(['authors|1|btc', 'authors|0|a|b']);
});

test('a restart after any post changes no answer, and stores what a run without one does', () => {
  const post = fc.record({
    coin: fc.constantFrom('btc', 'a|b'),
    name: fc.nat(60).map(String),
    day: fc.nat(9),
    isRestart: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(post, { maxLength: 200, size: 'max' }), (posts) => {
      const saved = new Map<string, string>();
      const whole = new KnownAuthors(new Map(), 20);
      let cut = new KnownAuthors(new Map(), 20);
      const save = () => {
        for (const [name, text] of cut.changes())
          if (text === null) saved.delete(name);
          else saved.set(name, text);
      };
      for (const { coin, name, day, isRestart } of posts) {
        const time = T0 + day * DAY + day;
        expect(cut.note(coin, name, time)).toEqual(whole.note(coin, name, time));
        if (!isRestart) continue;
        save();
        cut = new KnownAuthors(new Map([...saved].reverse()), 20);
      }
      save();
      expect(saved).toEqual(
        new Map(whole.changes().filter(([, text]) => text !== null) as [string, string][]),
      );
    }),
    { numRuns: 100 },
  );
});

test('values of an earlier version are read, and replaced by the next commit', () => {
  const hash = (name: string) => murmur2(name) >>> 0;
  const numbers = (name: string) => [hash(name), hash(`${hash(name)} ${name}`), T0, T0 / DAY];
  const old = new Map([
    ['known|3|a|b', JSON.stringify([...numbers('a'), ...numbers('b')])],
    ['known|9|a|b', JSON.stringify(numbers('c'))],
  ]);
  const authors = new KnownAuthors(old);
  for (const name of ['a', 'b', 'c']) expect(authors.note('a|b', name, T0 + 1)).toBeUndefined();
  const changes = authors.changes();
  expect(changes.map(([name, text]) => [name, text === null])).toEqual([
    ['known|3|a|b', true],
    ['known|9|a|b', true],
    ['authors|0|a|b', false],
  ]);
  const again = new KnownAuthors(stored(changes.slice(2)));
  for (const name of ['a', 'b', 'c']) expect(again.note('a|b', name, T0 + 1)).toBeUndefined();
});
