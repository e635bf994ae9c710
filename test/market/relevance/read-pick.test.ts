import { expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { readPicks } from '../../../src/market/relevance/read-pick.ts';
import { processed } from './picks.ts';

const read = (value: unknown, liked = true) => readPicks(value, JSON.stringify(value), liked);

test('a record of select and the post that it was made of have the same words', () => {
  const post = {
    data: { id: '1790000000000000001', text: 'gas fees', created_at: '2026-03-02T10:00:00.000Z' },
  };
  const [pick] = read(post);
  expect(pick).toMatchObject({ id: '1790000000000000001', liked: true });
  const [same] = read(
    processed('1790000000000000001', 'gas fees', { author_id: null, tag: 'x', coin: null }),
  );
  const shared = Array.from(same!.row.indices).filter((index) =>
    Array.from(pick!.row.indices).includes(index),
  );
  expect(shared.length).toBeGreaterThan(4);
});

test('copies of a text are one group, whatever their links and mentions', () => {
  const groups = ['Gas fees https://a.example/1', '@ada gas FEES'].map(
    (text, at) => read(processed(String(at), text))[0]!.group,
  );
  expect(groups[0]).toBe(groups[1]);
  const others = ['8', '9'].map((id) => read(processed(id, 'https://a.example'))[0]!.group);
  expect(new Set([...groups, ...others]).size).toBe(3);
});

test('a page of posts gives a pick of each', () => {
  const data = ['1790000000000000001', '1790000000000000002'].map((id) => ({ id, text: 'gm' }));
  expect(read({ data }, false).map(({ id, liked }) => [id, liked])).toEqual([
    ['1790000000000000001', false],
    ['1790000000000000002', false],
  ]);
});

test.each([[{ a: 1 }], [[]], ['text'], [processed('1', 'x', { text: undefined })]])(
  'a value that is no post is refused: %j',
  (value) => {
    expect(() => read(value)).toThrow(InvalidRecord);
  },
);
