import fc from 'fast-check';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { expect, test } from 'vitest';
import { encodeIndices } from '../../../../src/sinks/lake/parquet/dictionary.ts';

/** Read by another implementation. */
function decoded(bytes: Uint8Array, count: number): number[] {
  const output: number[] = new Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  readRleBitPackedHybrid({ view, offset: 1 }, bytes[0]!, output, bytes.length - 1);
  return output.slice(0, count);
}

const runs = fc
  .array(fc.tuple(fc.nat(999), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 60 })
  .map((parts) => parts.flatMap(([value, times]) => Array<number>(times).fill(value)));

test('another reader gets back every index, for runs and mixtures of any length', () => {
  fc.assert(
    fc.property(runs, (values) => {
      const distinct = Math.max(...values) + 1;
      const bytes = encodeIndices({ indices: Int32Array.from(values), distinct });
      expect(decoded(bytes, values.length)).toEqual(values);
    }),
    { seed: 7, numRuns: 300 },
  );
});

test('one value repeated takes five bytes or fewer, whatever the number of rows', () => {
  const bytes = encodeIndices({ indices: new Int32Array(50_000), distinct: 1 });
  expect(bytes.length).toBeLessThanOrEqual(5);
  expect(decoded(bytes, 50_000)).toEqual(Array(50_000).fill(0));
});

test('a column of nulls alone has no index but its width', () => {
  expect(encodeIndices({ indices: new Int32Array(0), distinct: 1 })).toHaveLength(1);
});
