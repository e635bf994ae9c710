import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLinesBackwards } from '../../../../src/sources/file/rows/backwards.ts';
import { FILE_START } from '../../../../src/sources/file/rows/block.ts';
import { temporaryFolder } from '../../folder.ts';

const { write } = temporaryFolder();

async function linesOf(text: string, { from = 0, blockBytes = 16, longest = 2 ** 20 } = {}) {
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
  for await (const block of readLinesBackwards(file, blockBytes, longest)) {
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
  const { found } = await linesOf('url\nhead\nb\na\n', { from: 9 });
  expect(found).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
});

test('a line that is too long is a fault, and the others are read', async () => {
  const { found, faults } = await linesOf(`a\n${'x'.repeat(2 ** 20 + 50)}\nb\n`, { blockBytes: 256 * 1024 });
  expect(faults).toEqual(['longer than 1 MB']);
  expect(found.map(([text, number]) => [text.slice(0, 3), number])).toEqual([
    ['b', 2],
    ['xxx', 1],
    ['a', 0],
  ]);
});

test('wherever blocks end, exactly the lines that are too long are faults', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 24, size: 'max' });
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 12 }),
      async (lines, blockBytes) => {
        const { found, faults } = await linesOf(`${lines.join('\n')}\n`, { blockBytes, longest: 12 });
        expect(found).toEqual(lines.map((one, index) => [one, index]).toReversed());
        expect(faults).toHaveLength(lines.filter((one) => one.length > 12).length);
      },
    ),
  );
});
