import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LONGEST_LINE } from '../../../../src/core/util/json.ts';
import { lineSplitter } from '../../../../src/sources/x/stream/lines.ts';

/** The lines that bytes in pieces have, and what is left. */
function split(pieces: readonly Uint8Array[]) {
  const splitter = lineSplitter();
  const lines = pieces.flatMap((piece) => splitter.push(Buffer.from(piece)));
  return { lines: lines.map(({ text }) => text), rest: splitter.rest() };
}

const bytes = (...texts: string[]) => texts.map((text) => Buffer.from(text));

test('the lines are the same however the bytes are cut, also within characters', () => {
  const line = fc.string({ unit: fc.constantFrom('a', '{', '"', '🚀', 'é') });
  fc.assert(
    fc.property(
      fc.array(line),
      line,
      fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
      (lines, rest, sizes) => {
        const all = Buffer.from(lines.map((one) => `${one}\r\n`).join('') + rest);
        const pieces: Buffer[] = [];
        for (let at = 0; at < all.length; ) {
          const size = sizes.next().value;
          pieces.push(all.subarray(at, at + size));
          at += size;
        }
        expect(split(pieces)).toEqual({ lines, rest });
      },
    ),
  );
});

test("a lone '\\r\\n' ends a line that was cut, and is a blank line otherwise", () => {
  expect(split(bytes('{"a":', '1}', '\r\n', '\r\n'))).toEqual({ lines: ['{"a":1}', ''], rest: '' });
  expect(split(bytes('{"a":1}\r', '\n'))).toEqual({ lines: ['{"a":1}'], rest: '' });
});

test('a line of more than 1 MB is cut and what follows is read', () => {
  const splitter = lineSplitter();
  for (let count = 0; count < 8; count++) expect(splitter.push(Buffer.alloc(300_000, 'x'))).toEqual([]);
  const [long, next] = splitter.push(Buffer.from('\r\n{}\r\n'));
  expect([long!.tooLong, long!.text.length, next]).toEqual([true, 8192, { text: '{}', tooLong: false }]);
});

test('exactly 1 MB is a line, one byte more is not', () => {
  const cutLines = (...pieces: string[]) => {
    const splitter = lineSplitter();
    const [line] = pieces.flatMap((piece) => splitter.push(Buffer.from(piece)));
    return [line!.tooLong, line!.text.length];
  };
  const exact = 'x'.repeat(LONGEST_LINE);
  expect(cutLines(`${exact}\r\n`)).toEqual([false, LONGEST_LINE]);
  expect(cutLines(exact, '\r', '\n')).toEqual([false, LONGEST_LINE]);
  expect(cutLines(`${exact}x\r\n`)).toEqual([true, 8192]);
  expect(cutLines(exact, 'x', '\r\n')).toEqual([true, 8192]);
});

test('a line in thousands of pieces is read', () => {
  const text = 'ab🚀'.repeat(2000);
  const pieces = [...Buffer.from(`${text}\r\n`)].map((byte) => Buffer.from([byte]));
  expect(split(pieces)).toEqual({ lines: [text], rest: '' });
});
