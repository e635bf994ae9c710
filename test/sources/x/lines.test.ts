import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LONGEST_LINE, lineSplitter } from '../../../src/sources/x/lines.ts';

/** The lines that a text in pieces has, and what is left. */
function split(pieces: readonly string[]) {
  const splitter = lineSplitter();
  const lines = pieces.flatMap((piece) => splitter.push(piece));
  return { lines: lines.map(({ text }) => text), rest: splitter.rest() };
}

test('however a text is cut, its lines are the same', () => {
  const line = fc.string({ unit: fc.constantFrom('a', '{', '"', '🚀', 'é') });
  fc.assert(
    fc.property(
      fc.array(line),
      line,
      fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
      (lines, rest, sizes) => {
        const text = lines.map((one) => `${one}\r\n`).join('') + rest;
        const pieces: string[] = [];
        for (let at = 0; at < text.length; ) {
          const size = sizes.next().value;
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        expect(split(pieces)).toEqual({ lines, rest });
      },
    ),
  );
});

test("a lone '\\r\\n' ends a line that was cut, and is a blank line otherwise", () => {
  expect(split(['{"a":', '1}', '\r\n', '\r\n'])).toEqual({ lines: ['{"a":1}', ''], rest: '' });
  expect(split(['{"a":1}\r', '\n'])).toEqual({ lines: ['{"a":1}'], rest: '' });
});

test('a line of more than 1 MB is cut and what follows is read', () => {
  const splitter = lineSplitter();
  const piece = 'x'.repeat(300_000);
  for (let count = 0; count < 8; count++) expect(splitter.push(piece)).toEqual([]);
  const [long, next] = splitter.push('\r\n{}\r\n');
  expect([long!.tooLong, long!.text.length < 10_000, next]).toEqual([
    true,
    true,
    { text: '{}', tooLong: false },
  ]);
  const exact = lineSplitter().push(`${'x'.repeat(LONGEST_LINE)}\r\n`);
  expect(exact[0]!.text.length).toBe(LONGEST_LINE);
  expect(lineSplitter().push(`${'x'.repeat(LONGEST_LINE + 1)}\n`)[0]!.tooLong).toBe(true);
});
