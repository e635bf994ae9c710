import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PieceShape, scanText } from '../../../../src/market/text/lexicon/scan.ts';

const pieces = (text: string) => {
  const { count, starts, ends, coreStarts, coreEnds, shapes } = scanText(text);
  return Array.from({ length: count }, (_, index) => ({
    piece: text.slice(starts[index], ends[index]),
    core: text.slice(coreStarts[index], coreEnds[index]),
    shape: shapes[index]!,
  }));
};
const cores = (text: string) => pieces(text).map(({ core }) => core);

describe('scanText', () => {
  test('strips punctuation around a word, not inside', () =>
    expect(cores('("Well-known," he said... don’t! $BTC')).toEqual([
      'Well-known',
      'he',
      'said',
      'don’t',
      'BTC',
    ]));

  test('a piece of punctuation has an empty core', () =>
    expect(pieces(':) ok')).toEqual([
      { piece: ':)', core: '', shape: 0 },
      { piece: 'ok', core: 'ok', shape: 0 },
    ]));

  test('emoji are separate pieces and end words; variation selectors are dropped', () =>
    expect(pieces('love❤️it🚀🚀').map(({ piece }) => piece)).toEqual(['love', '❤', 'it', '🚀', '🚀']));

  test('web addresses are skipped, text attached before them is not', () => {
    expect(cores('see https://a.example/b?c!d now')).toEqual(['see', 'now']);
    expect(cores('bitcoin:https://a.example x')).toEqual(['bitcoin', 'x']);
    expect(cores('(…https://a.example')).toEqual(['']);
    expect(cores('https://a.example')).toEqual([]);
  });

  test('punctuation in an address is not emphasis', () => {
    const { exclamations, questions } = scanText('what?! https://a.example/?q!');
    expect({ exclamations, questions }).toEqual({ exclamations: 1, questions: 1 });
  });

  test('recognizes capitals and compound words', () => {
    const shape = (text: string) => pieces(text)[0]!.shape;
    expect(shape('BTC!')).toBe(PieceShape.capitals);
    expect(shape('Btc')).toBe(0);
    expect(shape('123')).toBe(0);
    expect(shape('BTC/USD')).toBe(PieceShape.capitals | PieceShape.compound);
    expect(shape('买btc')).toBe(PieceShape.compound);
  });

  test('counts words like a split at \\s+', () => {
    const unit = fc.constantFrom(
      'a',
      'B',
      '!',
      ' ',
      '\n',
      '\u00a0',
      '\u3000',
      '🚀',
      '❤',
      '\ufe0f',
      '’',
      'é',
      '\ud83d',
    );
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        expect(scanText(text).words).toBe(text.split(/\s+/).filter((part) => part !== '').length);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('pieces are in order and contain their cores', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const { count, starts, ends, coreStarts, coreEnds } = scanText(text);
        let last = 0;
        for (let index = 0; index < count; index++) {
          expect(starts[index]).toBeGreaterThanOrEqual(last);
          expect(coreStarts[index]).toBeGreaterThanOrEqual(starts[index]!);
          expect(coreEnds[index]).toBeGreaterThanOrEqual(coreStarts[index]!);
          expect(ends[index]).toBeGreaterThanOrEqual(coreEnds[index]!);
          last = ends[index]!;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
