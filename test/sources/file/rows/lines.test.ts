import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LONGEST_LINE } from '../../../../src/core/util/json.ts';
import { readLines } from '../../../../src/sources/file/rows/lines.ts';

async function* pieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(bytes: Buffer, size: number) {
  const blocks = [];
  for await (const block of readLines(pieces(bytes, size))) blocks.push(block);
  return blocks;
}

test('however the bytes are cut, the lines are those of the text', async () => {
  const texts = fc.array(fc.constantFrom('a', 'é', '🚀', '\n', '\r\n', ',', ''), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (parts, size) => {
      const text = parts.join('');
      const blocks = await all(Buffer.from(text), size);
      const lines = text.split(/\r?\n/);
      const last = lines.pop()!;
      const ended = blocks.filter((block) => block.ended);
      expect(ended.flatMap((block) => block.texts)).toEqual(lines);
      expect(blocks.filter((block) => !block.ended).flatMap((block) => block.texts)).toEqual(
        last === '' ? [] : [last],
      );
      expect(blocks.every((block) => block.faults.size === 0)).toBe(true);
      expect(blocks.at(-1)?.end.bytes ?? 0).toBe(Buffer.byteLength(text));
      for (const block of ended) expect(Buffer.from(text)[block.end.bytes - 1]).toBe(10);
    }),
    { numRuns: 300 },
  );
});

test('a line that is too long is a fault, cut, and counted in full; the lines around it are whole', async () => {
  const long = 'x'.repeat(3 * LONGEST_LINE);
  const bytes = Buffer.from(`a\n${long}\nb\n`);
  const blocks = await all(bytes, 64 * 1024);
  expect(blocks.flatMap((block) => block.texts.map((line) => line.length))).toEqual([1, 8192, 1]);
  expect(blocks.map((block) => [...block.faults.values()])).toEqual([[], ['longer than 1 MB'], []]);
  expect(blocks.at(-1)!.end.bytes).toBe(bytes.length);
});

test('bytes that are not UTF-8 are a fault of their line alone', async () => {
  const bytes = Buffer.concat([Buffer.from('é\n'), Buffer.from([0x61, 0xff, 10]), Buffer.from('b\n')]);
  const [block] = await all(bytes, 100);
  expect(block!.texts[0]).toBe('é');
  expect([...block!.faults]).toEqual([[1, 'not UTF-8']]);
});
