import { setImmediate as yieldTurn } from 'node:timers/promises';
import type { ColumnChunk, ParquetWriter } from './file.ts';
import type { Levels } from './levels.ts';
import type { StoredPage, StoredValue } from './pages.ts';
import type { Leaf, Physical } from './schema.ts';

/** The remaining entries of one page, and their values. */
interface KeptPage {
  readonly levels: Levels;
  readonly values: readonly StoredValue[];
  /** The row that its last value belongs to. */
  readonly row: number;
}

/**
 * Rewrites a column of a row group without the deleted rows, page by page, and calls `onValues` with the remaining values.
 * Yields to the event loop between pages.
 */
export async function filterColumn(
  file: ParquetWriter,
  pages: Iterable<StoredPage>,
  leaf: Leaf,
  deleted: Uint8Array,
  onValues: (values: readonly StoredValue[]) => void,
): Promise<ColumnChunk> {
  const column = file.column(leaf);
  let row = -1;
  let nulls = 0;
  for (const page of pages) {
    const kept = filterPage(page, leaf, deleted, row);
    ({ row } = kept);
    if (kept.levels.definition.length === 0) continue;
    nulls += kept.levels.definition.length - kept.values.length;
    onValues(kept.values);
    column.add(kept.levels);
    await yieldTurn();
  }
  return column.finish({ nulls });
}

function filterPage(
  { count, repetition, definition, values }: StoredPage,
  leaf: Leaf,
  deleted: Uint8Array,
  last: number,
): KeptPage {
  const levels = { repetition: [] as number[], definition: [] as number[] };
  const kept: StoredValue[] = [];
  let row = last;
  let at = 0;
  for (let i = 0; i < count; i++) {
    const repeated = repetition.length === 0 ? 0 : repetition[i]!;
    const defined = definition.length === 0 ? leaf.definition : definition[i]!;
    if (repeated === 0) row++;
    const isThere = defined === leaf.definition;
    if (deleted[row] === 0) {
      levels.repetition.push(repeated);
      levels.definition.push(defined);
      if (isThere) kept.push(values[at]!);
    }
    if (isThere) at++;
  }
  return { levels: { ...levels, values: encodeStored(leaf.type, kept) }, values: kept, row };
}

/** The size of a number, and how to write it. */
interface Width {
  readonly bytes: number;
  put(into: Buffer, value: StoredValue, at: number): void;
}

const WIDTHS: Readonly<Record<Exclude<Physical, 'BOOLEAN' | 'BYTE_ARRAY' | 'FIXED_LEN_BYTE_ARRAY'>, Width>> =
  {
    INT32: { bytes: 4, put: (into, value, at) => into.writeInt32LE(value as number, at) },
    INT64: { bytes: 8, put: (into, value, at) => into.writeBigInt64LE(value as bigint, at) },
    INT96: {
      bytes: 12,
      put(into, value, at) {
        into.writeBigInt64LE(BigInt.asIntN(64, value as bigint), at);
        into.writeInt32LE(Number((value as bigint) >> 64n), at + 8);
      },
    },
    FLOAT: { bytes: 4, put: (into, value, at) => into.writeFloatLE(value as number, at) },
    DOUBLE: { bytes: 8, put: (into, value, at) => into.writeDoubleLE(value as number, at) },
  };

/** Stored values in the plain encoding. */
export function encodeStored(type: Physical, values: readonly StoredValue[]): Buffer {
  if (type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY')
    return texts(values as readonly Uint8Array[], type === 'BYTE_ARRAY');
  if (type === 'BOOLEAN') {
    const bits = Buffer.alloc(Math.ceil(values.length / 8));
    for (const [i, value] of values.entries()) if (value) bits[i >>> 3]! |= 1 << (i & 7);
    return bits;
  }
  const { bytes: width, put } = WIDTHS[type];
  const bytes = Buffer.allocUnsafe(values.length * width);
  for (const [i, value] of values.entries()) put(bytes, value, i * width);
  return bytes;
}

function texts(values: readonly Uint8Array[], withLength: boolean): Buffer {
  const head = withLength ? 4 : 0;
  const bytes = Buffer.allocUnsafe(values.reduce((sum, { length }) => sum + head + length, 0));
  let at = 0;
  for (const value of values) {
    if (withLength) bytes.writeUInt32LE(value.length, at);
    bytes.set(value, at + head);
    at += head + value.length;
  }
  return bytes;
}
