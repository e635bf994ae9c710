import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatEventId, isAfter, parseEventId } from '../../../src/page/model/position.ts';
import { PAGE_FEEDS, type Topic } from '../../../src/page/model/topics.ts';

const topic = (name: string, identity: string, next: number[]): Topic => ({
  feed: 'candles',
  name,
  identity,
  next,
});
const NOW = [topic('candles', 'a-1', [3, 0, 14]), topic('gaps', '', [2])];

const topics = fc.uniqueArray(
  fc.record({
    feed: fc.constantFrom(...PAGE_FEEDS),
    name: fc.stringMatching(/^[\w.-]{1,20}$/),
    identity: fc.stringMatching(/^[\w-]{0,20}$/),
    next: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
  }),
  { selector: ({ name }) => name, maxLength: 5 },
);

describe('an event id', () => {
  test('an event id names the offset to read next of each partition', () => {
    expect(formatEventId(NOW)).toBe('candles*a-1:3,0,14;gaps*:2');
  });

  test('an event id is read as the position that it was made of, and fits into a header', () => {
    fc.assert(
      fc.property(topics, (all) => {
        const text = formatEventId(all);
        expect(text).toMatch(/^[\x21-\x7e]*$/);
        const parts = all.flatMap(({ name, next }) => next.map((offset, i) => [`${name}/${i}`, offset]));
        expect([...parseEventId(text, all)!]).toEqual(parts);
      }),
    );
  });

  test.each([
    ['of a recreated topic', 'candles*a-2:3,0,14'],
    ['of a topic that is not read', 'prices*a-1:3'],
    ['past the end of a partition', 'candles*a-1:4,0,14'],
    ['of more partitions', 'candles*a-1:3,0,14,0'],
    ['that is no event id', 'x'],
    ['with a negative offset', 'candles*a-1:-3'],
  ])('an event id %s cannot be continued after', (_, text) => {
    expect(parseEventId(text, NOW)).toBeUndefined();
  });

  test('without an event id everything is still to come', () => {
    const position = parseEventId('', NOW)!;
    expect(isAfter({ part: 'candles/0', offset: 0 }, position)).toBe(true);
  });

  test('a record at the offset to read next is after a position, the one before it is not', () => {
    const position = parseEventId('candles*a-1:2,0,14', NOW)!;
    expect([1, 2].map((offset) => isAfter({ part: 'candles/0', offset }, position))).toEqual([false, true]);
  });
});
