import { describe, expect, test } from 'vitest';
import crypto from '../../../../src/market/text/lexicon/crypto.txt';
import emoji from '../../../../src/market/text/lexicon/emoji.txt';
import { buildLexicon, Role, readWordList } from '../../../../src/market/text/lexicon/lexicon.ts';
import { scanText } from '../../../../src/market/text/lexicon/scan.ts';
import vader from '../../../../src/market/text/lexicon/vader.txt';

const LISTS = { vader, emoji, crypto };

describe('the word lists', () => {
  test.each(Object.entries(LISTS))('%s: every line has a word and a valence from -4 to 4', (_, list) => {
    const words = readWordList(list);
    expect(words.length).toBeGreaterThan(80);
    for (const [word, valence] of words) {
      expect(word.trim()).toBe(word);
      expect(word).not.toBe('');
      expect(Math.abs(valence), word).toBeLessThanOrEqual(4);
    }
  });

  test.each(Object.entries({ emoji, crypto }))('%s: every line says why', (_, list) => {
    for (const line of list.split('\n').filter((line) => line.includes('\t')))
      expect(line.split('\t')[2], line).toMatch(/\w/);
  });

  test.each(Object.entries({ emoji, crypto }))('%s: no word is listed twice', (_, list) => {
    const words = readWordList(list).map(([word]) => word);
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });

  test("VADER's list is complete and names its licence", () => {
    expect(readWordList(vader).length).toBe(7506);
    expect(vader).toMatch(/MIT licence/);
  });
});

describe('buildLexicon', () => {
  const lexicon = buildLexicon(['good\t1.9', 'good\t1\npump and dump\t-2.6']);
  const number = (word: string) => lexicon.find(scanText(word).units, 0, word.length);

  test("a later list's word replaces an earlier one's", () =>
    expect(lexicon.valence[number('good')]).toBe(1));

  test('an unknown word has number 0, without any effect', () => {
    expect(number('zebra')).toBe(0);
    expect([lexicon.valence[0], lexicon.laden[0], lexicon.boost[0], lexicon.role[0]]).toEqual([
      0,
      0,
      0,
      Role.plain,
    ]);
  });

  test('a phrase is found by its last word', () => {
    const [phrase] = lexicon.endings[number('dump')]!;
    expect(phrase!.before).toEqual([number('pump'), number('and')]);
    expect(lexicon.valence[phrase!.entry]).toBe(-2.6);
  });

  test('degree words and negations have their roles', () => {
    expect(lexicon.boost[number('very')]).toBeGreaterThan(0);
    expect(lexicon.boost[number('kinda')]).toBeLessThan(0);
    expect(lexicon.role[number("don't")]).toBe(Role.negation);
    expect(lexicon.laden[number('very')]).toBe(0);
  });
});
