import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wrapText } from '../../../src/cli/output/wrap-text.ts';

test('a text is broken at the last space that fits', () => {
  expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapText('one two three', 6)).toEqual(['one', 'two', 'three']);
  expect(wrapText('extraordinary', 6)).toEqual(['extraordinary']);
});

test('wrapped lines hold all words in order, and none could hold the next word', () => {
  const words = fc.array(fc.string({ minLength: 1, maxLength: 9, unit: fc.constantFrom('a', 'b') }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(words, fc.integer({ min: 9, max: 30 }), (given, width) => {
      const lines = wrapText(given.join(' '), width);
      expect(lines.join(' ')).toBe(given.join(' '));
      for (const [at, line] of lines.entries()) {
        expect(line.length).toBeLessThanOrEqual(width);
        const next = lines[at + 1]?.split(' ')[0];
        if (next !== undefined) expect(line.length + 1 + next.length).toBeGreaterThan(width);
      }
    }),
  );
});
