import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWordSlots, SLOTS } from '../../../../src/market/text/words/word-slots.ts';

const into = new Int32Array(512);
const slots = (text: string): number[] => [...into.subarray(0, readWordSlots(text, into))];

describe('readWordSlots', () => {
  test('two words have a slot each, and one for the pair', () => {
    const [first, second, pair] = slots('good coin');
    expect(slots('good')).toEqual([first]);
    expect(slots('coin')).toEqual([second]);
    expect(pair).not.toBe(slots('coin good')[2]);
  });

  test('word features ignore case and surrounding punctuation', () =>
    expect(slots('GOOD, "coin"!')).toEqual(slots('good coin')));

  test('handles, cashtags and addresses leave no trace', () =>
    expect(slots('good @winner $MOON https://a.example/b coin')).toEqual(slots('good coin')));

  test('all numbers share one feature', () => expect(slots('12 coins')).toEqual(slots('70,000 coins')));

  test('an emoji is a feature of its own', () => {
    expect(slots('🚀')).toHaveLength(1);
    expect(slots('🚀')).not.toEqual(slots('📉'));
  });

  test('a text longer than the room is read as far as it goes', () => {
    const small = new Int32Array(9);
    expect(readWordSlots('a b c d e f g h i j', small)).toBeLessThanOrEqual(9);
  });

  test('every text has slots below 65,536, the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.string(), (text, other) => {
        const found = slots(text);
        slots(other);
        expect(slots(text)).toEqual(found);
        expect(found.every((slot) => slot >= 0 && slot < SLOTS)).toBe(true);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
