import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanText } from '../../../../src/market/text/lexicon/scan.ts';
import { wordTable } from '../../../../src/market/text/lexicon/word-table.ts';

const unitsOf = (text: string) => Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));

describe('wordTable', () => {
  test('finds each of its words in any case, and no other word', () => {
    const word = fc.string({ minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(word), fc.array(word), (known, others) => {
        const { words, find } = wordTable(known);
        const fold = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
        for (const text of [...known, ...known.map((text) => text.toUpperCase()), ...others])
          expect(find(unitsOf(text), 0, text.length)).toBe(words.indexOf(fold(text)));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('reads a part of a text', () =>
    expect(wordTable(['moon']).find(unitsOf('to the Moon!'), 7, 11)).toBe(0));

  test('treats the curly apostrophe as a straight one', () =>
    expect(wordTable(["don't"]).find(unitsOf('DON’T'), 0, 5)).toBe(0));

  test("a scan's hash finds what the units find", () => {
    const text = '(Well-known) DON’T $BTC x';
    const { find, findHashed } = wordTable(['well-known', "don't", 'btc']);
    const { units, count, coreStarts, coreEnds, hashes } = scanText(text);
    const both = Array.from({ length: count }, (_, index) => [
      find(units, coreStarts[index]!, coreEnds[index]!),
      findHashed(units, coreStarts[index]!, coreEnds[index]!, hashes[index]!),
    ]);
    expect(both).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [-1, -1],
    ]);
  });
});
