import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLinesBackwards } from '../../../../src/sources/file/rows/backwards.ts';
import { FILE_START } from '../../../../src/sources/file/rows/block.ts';
import { temporaryFolder } from '../../folder.ts';

const { write } = temporaryFolder();

async function linesOf(text: string, from = 0) {
  const bytes = Buffer.from(text);
  const lines = text.split('\n').length - 1;
  const before = text.slice(0, from).split('\n').length - 1;
  const file = {
    path: write(bytes),
    from: { ...FILE_START, bytes: from, lines: before },
    newline: 10,
    size: bytes.length,
    lines,
  };
  const found: [string, number][] = [];
  const faults: string[] = [];
  for await (const block of readLinesBackwards(file, 16)) {
    block.texts.forEach((line, index) => void found.push([line, block.lineOf(index)]));
    faults.push(...block.faults.values());
  }
  return { found, faults };
}

test('the lines of a file come from the last to the first, with their numbers', async () => {
  const line = fc
    .array(fc.constantFrom('a', 'é', '🚀', ','), { maxLength: 30 })
    .map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.constantFrom('', '\n'), async (lines, end) => {
      const text = lines.join('\n') + (lines.length > 0 ? end : '');
      const expected = text === '' ? [] : text.replace(/\n$/, '').split('\n');
      const { found } = await linesOf(text);
      expect(found).toEqual(expected.map((one, index) => [one, index]).toReversed());
    }),
  );
});

test('reading ends at the first row of data', async () => {
  const { found } = await linesOf('url\nhead\nb\na\n', 9);
  expect(found).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
});

test('a line that is too long is a fault, and the others are read', async () => {
  const { found, faults } = await linesOf(`a\n${'x'.repeat(2 ** 20 + 50)}\nb\n`);
  expect(faults).toEqual(['longer than 1 MB']);
  expect(found.map(([text, number]) => [text.slice(0, 3), number])).toEqual([
    ['b', 2],
    ['xxx', 1],
    ['a', 0],
  ]);
});
