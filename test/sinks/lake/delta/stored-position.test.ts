import { expect, test } from 'vitest';
import { nextOffset, readStoredPosition } from '../../../../src/sinks/lake/delta/stored-position.ts';

/** Where a group stands in a table with these positions. */
const storedOf = (positions: Readonly<Record<string, number>>, group = 'app.file', identity = 'a') =>
  readStoredPosition(
    { applications: () => Object.keys(positions), position: (id: string) => positions[id] },
    'lake/prices',
    { group, topic: 'prices', identity },
    0,
  );

test("a position belongs to the topic's identity; other groups and topics do not count", () => {
  const positions = {
    'app.file/prices/0@a': 7,
    'app.file/prices/1@a': 3,
    'other/prices/0@b': 9,
    'app.file/prices-wallex/0@c': 4,
  };
  expect([...storedOf(positions)]).toEqual([['app.file/prices/0@a', 7]]);
  expect(nextOffset(storedOf(positions, 'third'))).toBeUndefined();
});

test('a position of an older cryptopipe is continued and updated once more', () => {
  expect([...storedOf({ 'app.file/prices/0': 5 })]).toEqual([
    ['app.file/prices/0@a', undefined],
    ['app.file/prices/0', 5],
  ]);
  expect(nextOffset(storedOf({ 'app.file/prices/0': 5 }))).toBe(5);
  expect([...storedOf({ 'app.file/prices/0': 5, 'app.file/prices/0@a': 8 })]).toEqual([
    ['app.file/prices/0@a', 8],
  ]);
});

test('a recreated topic is refused, whichever partition shows it', () => {
  const refused = expect.objectContaining({ code: 'usage', message: expect.stringContaining('recreated') });
  expect(() => storedOf({ 'app.file/prices/2@b': 1 })).toThrow(refused);
});

test('an @ in a group name is not an identity', () => {
  expect(nextOffset(storedOf({ 'me@home/prices/0': 5 }, 'me@home'))).toBe(5);
});
