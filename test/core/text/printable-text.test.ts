import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeControls, stripControlCharacters } from '../../../src/core/text/printable-text.ts';

const C0 = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code));
const C1 = Array.from({ length: 32 }, (_, code) => String.fromCharCode(0x80 + code));
/** ALM, LRM, RLM, embeddings and overrides, isolates: Unicode's Bidi_Control, written out. */
const BIDI = [
  0x61c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069,
].map((code) => String.fromCharCode(code));

describe('stripControlCharacters', () => {
  test('replaces every control, line end and bidi control with a space', () => {
    for (const control of [...C0, '\u007f', ...C1, ...BIDI, '\u2028', '\u2029'])
      expect(stripControlCharacters(`a${control}b`), control.charCodeAt(0).toString(16)).toBe('a b');
  });

  test('keeps every other character, also those that join emoji or letters', () => {
    for (const text of [
      'بیت\u200cکوین',
      '👨\u200d👩\u200d👧',
      'é — “x” ₿',
      '\u00a0\u00ad',
      '🏴\u{e0067}\u{e007f}',
    ])
      expect(stripControlCharacters(text)).toBe(text);
  });
});

describe('escapeControls', () => {
  const controls = fc.constantFrom(...C1, ...BIDI);
  const texts = fc.array(fc.oneof(controls, fc.string({ unit: 'grapheme', maxLength: 5 })), {
    maxLength: 20,
  });

  test('escapes C1 controls (for a terminal also bidi controls) and keeps the meaning of JSON', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (parts, forTerminal) => {
        const value = { [parts.join('')]: parts };
        const text = escapeControls(JSON.stringify(value), forTerminal);
        expect(JSON.parse(text)).toEqual(value);
        expect(text).not.toMatch(/[\u0080-\u009f]/);
        if (forTerminal) expect(text).not.toMatch(/\p{Bidi_Control}/u);
        else
          expect([...text].filter((part) => BIDI.includes(part))).toEqual(
            [...JSON.stringify(value)].filter((part) => BIDI.includes(part)),
          );
      }),
      { numRuns: 200, seed: 12 },
    );
  });

  test('keeps line ends and colours, which are our own', () => {
    const text = '\u001b[1mtitle\u001b[22m\n\r\u001b[K';
    expect(escapeControls(text, true)).toBe(text);
  });
});
