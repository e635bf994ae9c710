import { expect, test } from 'vitest';
import { weightOf } from '../../../src/core/util/runs.ts';
import { toChunks } from '../../../src/sources/file/chunks.ts';
import { postReader } from '../../../src/sources/file/posts.ts';
import { FILE_START } from '../../../src/sources/file/rows/block.ts';
import { longestRow, readBlocks } from '../../../src/sources/file/rows/blocks.ts';
import type { FileKind } from '../../../src/sources/file/rows/kind.ts';
import { readLines } from '../../../src/sources/file/rows/lines.ts';

const origin = {
  file: 'posts.jsonl',
  topic: 'tweets',
  now: () => 0,
  latest: () => Number.POSITIVE_INFINITY,
  info: () => {},
  warn: () => {},
};

async function* bytesOf(lines: readonly string[]) {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}

test.each([
  ['posts of 900 KB', 900_000, 2],
  ['posts of 20 KB', 20_000, 53],
])('a chunk of %s is handed over at 1 MB', async (_, length, most) => {
  const line = (n: number) => JSON.stringify({ id_str: `${n + 1}`, text: 'a', name: 'n'.repeat(length) });
  const lines = Array.from({ length: 100 }, (_, n) => line(n));
  const pass = {
    reader: postReader(origin),
    origin,
    signal: new AbortController().signal,
    from: { at: FILE_START },
  };
  let count = 0;
  for await (const { records } of toChunks(readLines(bytesOf(lines)), pass)) {
    expect(records.length).toBeLessThanOrEqual(most);
    const last = records.at(-1);
    const weight = records.reduce((sum, one) => sum + weightOf(one), 0);
    expect(weight - (last === undefined ? 0 : weightOf(last))).toBeLessThan(1 << 20);
    count += records.length;
  }
  expect(count).toBe(100);
});

test.each<[string, FileKind, string, number]>([
  ['a line', { kind: 'json lines' }, 'longer than 1 MB', 2 ** 20],
  ['a value of an array', { kind: 'json array' }, 'longer than 16 MB', 16 * 2 ** 20],
])('%s that is a little too long is rejected with its limit', async (_, kind, why, limit) => {
  async function* bytes() {
    yield Buffer.from(`["${'x'.repeat(limit - 3)}`);
    yield Buffer.from('xxxx"]\n');
  }
  const pass = {
    reader: postReader(origin),
    origin,
    signal: new AbortController().signal,
    from: { at: FILE_START },
    longest: longestRow(kind),
  };
  const reasons: unknown[] = [];
  for await (const { records } of toChunks(readBlocks(kind, bytes(), FILE_START), pass))
    for (const { value } of records) reasons.push(JSON.parse(value!).why);
  expect(reasons).toEqual([why]);
});
