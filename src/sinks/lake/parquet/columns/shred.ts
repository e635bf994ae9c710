import type { ColumnType } from '../../../../market/catalog/columns.ts';
import type { Values } from '../../buffer/column-buffer.ts';
import { type DictionaryRun, lengthAt, type TextRun } from '../../buffer/string-buffer.ts';
import type { Levels } from '../levels.ts';

/** Minimum and maximum of a column, undefined if it has none, and the number of nulls. */
export interface ColumnStats {
  readonly min: string | number | undefined;
  readonly max: string | number | undefined;
  readonly nulls: number;
}

export interface Shredded extends Levels {
  readonly stats: ColumnStats;
}

/** Definition levels of a list column: empty list and present element; null is 0. */
const EMPTY = 1;
const ELEMENT = 3;

/** UTF-16 and UTF-8 order differently: a surrogate stands for a character above U+FFFF. */
const rank = (unit: number): number => (unit < 0xd800 ? unit : unit > 0xdfff ? unit - 0x800 : unit + 0x2000);

/** Whether `a` comes before `b` in the order of UTF-8 bytes, which Parquet and Delta statistics are in. */
export function isBeforeInUtf8(a: string, b: string): boolean {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const unit = a.charCodeAt(i);
    const other = b.charCodeAt(i);
    if (unit !== other) return rank(unit) < rank(other);
  }
  return a.length < b.length;
}

const NO_RANGE = { min: undefined, max: undefined };

function shredNumbers(cells: Float64Array, ordered: boolean): Shredded {
  const values = new Float64Array(cells.length);
  const definition = new Uint8Array(cells.length);
  let count = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < cells.length; i++) {
    const value = cells[i]!;
    if (Number.isNaN(value)) continue;
    definition[i] = 1;
    values[count++] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const range = ordered && count > 0 ? { min, max } : NO_RANGE;
  return {
    values: values.subarray(0, count),
    definition,
    repetition: [],
    stats: { ...range, nulls: cells.length - count },
  };
}

const LENGTH = 4;

/** Compares two texts in a run by their offsets. */
function compareAt(bytes: Buffer, a: number, b: number): number {
  const [lengthA, lengthB] = [lengthAt(bytes, a), lengthAt(bytes, b)];
  const end = Math.min(lengthA, lengthB) + LENGTH;
  for (let i = LENGTH; i < end; i++) {
    const difference = bytes[a + i]! - bytes[b + i]!;
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}

/** Minimum and maximum of consecutive texts. */
function rangeOfTexts(bytes: Buffer): Pick<ColumnStats, 'min' | 'max'> {
  let [min, max] = [0, 0];
  for (let at = 0; at < bytes.length; at += LENGTH + lengthAt(bytes, at))
    if (compareAt(bytes, at, min) < 0) min = at;
    else if (compareAt(bytes, at, max) > 0) max = at;
  const text = (at: number) => bytes.toString('utf8', at + LENGTH, at + LENGTH + lengthAt(bytes, at));
  return { min: text(min), max: text(max) };
}

/** Rows of a text column with few distinct values. */
export function shredDictionary(
  type: ColumnType,
  { texts, distinct, indices: rowIndices }: DictionaryRun,
): Shredded {
  const definition = new Uint8Array(rowIndices.length);
  const indices = new Int32Array(rowIndices.length);
  let count = 0;
  for (let i = 0; i < rowIndices.length; i++) {
    const index = rowIndices[i]!;
    if (index < 0) continue;
    definition[i] = 1;
    indices[count++] = index;
  }
  const range = type === 'text' ? rangeOfTexts(texts) : NO_RANGE;
  return {
    values: [],
    definition,
    repetition: [],
    dictionary: { texts, distinct, indices: indices.subarray(0, count) },
    stats: { ...range, nulls: rowIndices.length - count },
  };
}

function shredTexts({ bytes, sizes }: TextRun, ordered: boolean): Shredded {
  const definition = new Uint8Array(sizes.length);
  let nulls = 0;
  for (let i = 0; i < sizes.length; i++)
    if (sizes[i]! < 0) nulls++;
    else definition[i] = 1;
  const range = ordered && nulls < sizes.length ? rangeOfTexts(bytes) : NO_RANGE;
  return { values: bytes, definition, repetition: [], stats: { ...range, nulls } };
}

function shredLists({ bytes, sizes }: TextRun): Shredded {
  const repetition: number[] = [];
  const definition: number[] = [];
  let nulls = 0;
  let at = 0;
  for (const size of sizes) {
    if (size < 0) nulls++;
    if (size <= 0) {
      repetition.push(0);
      definition.push(size < 0 ? 0 : EMPTY);
      continue;
    }
    const from = at;
    for (const end = at + size; at < end; at += LENGTH + lengthAt(bytes, at)) {
      repetition.push(at === from ? 0 : 1);
      definition.push(ELEMENT);
    }
  }
  return { values: bytes, repetition, definition, stats: { ...NO_RANGE, nulls } };
}

/** Shreds `count` rows of a column. */
export function shred(type: ColumnType, values: Values, count: number): Shredded {
  if (values === undefined)
    return {
      values: [],
      definition: new Uint8Array(count),
      repetition: new Uint8Array(count),
      stats: { ...NO_RANGE, nulls: count },
    };
  if (values instanceof Float64Array) return shredNumbers(values, type !== 'boolean');
  return type === 'texts' ? shredLists(values) : shredTexts(values, type === 'text');
}

/** The combined statistics of two runs of a column. */
export function joinStats(a: ColumnStats, b: ColumnStats): ColumnStats {
  const nulls = a.nulls + b.nulls;
  if (a.min === undefined || a.max === undefined) return { ...b, nulls };
  if (b.min === undefined || b.max === undefined) return { ...a, nulls };
  const before = (x: string | number, y: string | number) =>
    typeof x === 'string' ? isBeforeInUtf8(x, y as string) : x < (y as number);
  return { min: before(b.min, a.min) ? b.min : a.min, max: before(a.max, b.max) ? b.max : a.max, nulls };
}
