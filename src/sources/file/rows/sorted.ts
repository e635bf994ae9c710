import { UserError } from '../../../core/errors.ts';
import type { Millis } from '../../../core/util/time.ts';
import { type Block, NO_FAULTS, type Spot } from './block.ts';

/** Text of rows that is sorted in memory, in characters; it takes some five times as much. */
export const MOST_SORTED = 32 * 2 ** 20;
const BLOCK_ROWS = 2000;

interface SortedRow {
  readonly text: string;
  readonly time: Millis;
  readonly line: number;
  readonly fault: string | undefined;
  readonly startOf: () => Spot;
}

/** The command that sorts a file by its first column, for a file that is too large to be sorted in memory. */
export const tooLargeToSort = (file: string): UserError =>
  new UserError(
    'usage',
    `--file ${file}: its rows are not in the order of their times, and it is too large to be sorted in memory (more than ${MOST_SORTED / 2 ** 20} MB)`,
    `Sort it by the column of the time, here the first: (head -n 1 ${file}; tail -n +2 ${file} | sort -t , -k 1,1) > sorted.csv.`,
  );

function blockOfRows(rows: readonly SortedRow[], end: Spot): Block {
  const faults = rows.flatMap(({ fault }, index) => (fault === undefined ? [] : [[index, fault] as const]));
  return {
    texts: rows.map(({ text }) => text),
    faults: faults.length === 0 ? NO_FAULTS : new Map(faults),
    ended: true,
    isSorted: true,
    end,
    startOf: (index) => rows[index]?.startOf() ?? end,
    lineOf: (index) => rows[index]!.line,
  };
}

/**
 * The rows of blocks in the order of their times. `timeOf` gives NaN for a row without one: it comes first. The place
 * moves on only with the last block. Throws UserError `usage` past MOST_SORTED.
 */
export async function* sortBlocks(
  blocks: AsyncIterable<Block>,
  from: Spot,
  file: string,
  timeOf: (text: string) => Millis,
): AsyncGenerator<Block> {
  const rows: SortedRow[] = [];
  const unended: Block[] = [];
  let size = 0;
  let end = from;
  for await (const block of blocks) {
    if (!block.ended) {
      unended.push(block);
      continue;
    }
    end = block.end;
    block.texts.forEach((text, index) => {
      size += text.length;
      const fault = block.faults.get(index);
      const time = fault === undefined ? timeOf(text) : Number.NaN;
      rows.push({ text, time, line: block.lineOf(index), fault, startOf: () => block.startOf(index) });
    });
    if (size > MOST_SORTED) throw tooLargeToSort(file);
  }
  const rank = ({ time }: SortedRow): number => (Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time);
  rows.sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
  for (let at = 0; at < rows.length; at += BLOCK_ROWS)
    yield blockOfRows(rows.slice(at, at + BLOCK_ROWS), at + BLOCK_ROWS >= rows.length ? end : from);
  yield* unended;
}
