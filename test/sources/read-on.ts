import { expect } from 'vitest';
import { memoryWatch, mutatedLines } from '../mutated-lines.ts';
import type { MutatedSource } from './mutated-sources.ts';

/** Far below the 256 MB that a stage may take for its buffers, and above what the collector leaves lying around. */
const MOST_MEMORY = 400 * 2 ** 20;
/** Kafka takes no larger message unless it is told otherwise; in characters. */
const LONGEST_RECORD = 2 ** 20;

/** Reads `count` mutated lines between two good ones: every line is read or rejected, and the last gives its record. */
export async function readOn(source: MutatedSource, count: number): Promise<void> {
  const memory = memoryWatch();
  function* lines() {
    yield source.good[0]!;
    yield* mutatedLines(source.good, count, 11);
    yield source.last;
  }
  let isLastRead = false;
  let rejects = 0;
  for await (const records of source.read(lines())) {
    for (const { topic, value, key } of records) {
      if (key === null || (value !== null && value.length > LONGEST_RECORD))
        expect.unreachable(`a record of ${value?.length} characters, key ${key}`);
      if (topic !== 'rejects') continue;
      rejects++;
      JSON.parse(value!);
    }
    const last = records.at(-1);
    if (last !== undefined) isLastRead = last.topic !== 'rejects';
    memory.look();
  }
  expect(isLastRead).toBe(true);
  expect(rejects).toBeGreaterThan(count / 100);
  expect(memory.grown()).toBeLessThan(MOST_MEMORY);
}
