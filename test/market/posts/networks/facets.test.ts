import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withWholeLinks } from '../../../../src/market/posts/networks/facets.ts';

const bytes = (text: string) => new TextEncoder().encode(text).length;
/** The facet of a link over `shown` within `text`. */
function link(text: string, shown: string, uri: string) {
  const byteStart = bytes(text.slice(0, text.indexOf(shown)));
  return {
    index: { byteStart, byteEnd: byteStart + bytes(shown) },
    features: [{ $type: 'app.bsky.richtext.facet#link', uri }],
  };
}
const URI = 'https://example.org/bitcoin-falls/today';

test('a shortened address is written in full, also behind emoji', () => {
  const text = '🚀🚀 né: example.org/bitcoin-fa... read';
  expect(withWholeLinks(text, [link(text, 'example.org/bitcoin-fa...', URI)])).toBe(`🚀🚀 né: ${URI} read`);
});

test('words that are a link stay', () => {
  const text = 'the bitcoin report';
  expect(withWholeLinks(text, [link(text, 'bitcoin report', URI)])).toBe(text);
});

test('several links are replaced in order, whatever the order of their facets', () => {
  const text = 'example.org/a… and example.org/b…';
  const facets = [
    link(text, 'example.org/b…', 'https://example.org/bb'),
    link(text, 'example.org/a…', 'https://example.org/aa'),
  ];
  expect(withWholeLinks(text, facets)).toBe('https://example.org/aa and https://example.org/bb');
});

test.each([
  ['within a character', { byteStart: 1, byteEnd: 4 }],
  ['past the end', { byteStart: 0, byteEnd: 99 }],
  ['backwards', { byteStart: 4, byteEnd: 0 }],
  ['of texts', { byteStart: '0', byteEnd: '4' }],
  ['absent', undefined],
])('places %s are ignored', (_, index) => {
  const features = [{ $type: 'app.bsky.richtext.facet#link', uri: '🚀' }];
  expect(withWholeLinks('🚀 up', [{ index, features }])).toBe('🚀 up');
});

test('any facets leave a text without shortened addresses as it is', () =>
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.array(
        fc.record({ byteStart: fc.integer({ min: -5, max: 60 }), byteEnd: fc.integer({ min: -5, max: 60 }) }),
      ),
      (text, places) => {
        const features = [{ $type: 'app.bsky.richtext.facet#link', uri: 'nowhere' }];
        const facets = places.map((index) => ({ index, features }));
        fc.pre(!/[nowher]/.test(text));
        expect(withWholeLinks(text, facets)).toBe(text);
      },
    ),
  ));
