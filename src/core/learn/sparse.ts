import { murmur2 } from '../util/hash.ts';

/** The features of one example: distinct indices, and the value of each. All others are 0. */
export interface SparseRow {
  readonly indices: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Examples row after row, with the indices that occur numbered from 0. */
export interface DenseColumns {
  /** Where each row begins in `columns` and `values`, and the end of the last one. */
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  /** The original index of each column. */
  readonly indexOf: readonly number[];
  readonly width: number;
}

/** Packs rows so that training touches only indices that occur in a row. */
export function denseColumns(rows: readonly SparseRow[]): DenseColumns {
  const size = rows.reduce((sum, { indices }) => sum + indices.length, 0);
  const starts = new Int32Array(rows.length + 1);
  const columns = new Int32Array(size);
  const values = new Float64Array(size);
  const columnOf = new Map<number, number>();
  let end = 0;
  for (const [row, { indices, values: given }] of rows.entries()) {
    for (let at = 0; at < indices.length; at++, end++) {
      const index = indices[at]!;
      const column = columnOf.get(index) ?? columnOf.size;
      if (column === columnOf.size) columnOf.set(index, column);
      columns[end] = column;
      values[end] = given[at]!;
    }
    starts[row + 1] = end;
  }
  return { starts, columns, values, indexOf: [...columnOf.keys()], width: columnOf.size };
}

/** Bits of the index of a hashed feature. */
const FEATURE_BITS = 16;

/** The index of a named feature, such as `word:moon`: different names rarely get the same one of 65,536. */
export const featureIndex = (name: string): number => murmur2(name) & ((1 << FEATURE_BITS) - 1);

/** A row from named features; values that share an index are added up. */
export function hashedRow(features: Iterable<readonly [name: string, value: number]>): SparseRow {
  const sums = new Map<number, number>();
  for (const [name, value] of features) {
    const index = featureIndex(name);
    sums.set(index, (sums.get(index) ?? 0) + value);
  }
  return { indices: [...sums.keys()], values: [...sums.values()] };
}
