import type { Chunk } from '../source.ts';

/** Rows that a dry run shows of a file. */
const SHOWN = 10;

/** Prints the first records of a file as they would be written, one JSON value a line. */
export async function printFirst(chunks: AsyncIterable<Chunk>, print: (line: string) => void): Promise<void> {
  let left = SHOWN;
  for await (const { records } of chunks)
    for (const { value } of records) {
      if (left-- === 0) return;
      print(value ?? 'null');
    }
}
