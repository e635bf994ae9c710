import type { ColumnType } from '../../market/datasets.ts';
import type { Cell } from '../cells.ts';
import type { Values } from './arena.ts';

/** Smallest and largest value of a column and its nulls; undefined where the type or the values give none. */
export interface ColumnStats {
  readonly min: string | number | undefined;
  readonly max: string | number | undefined;
  readonly nulls: number;
}

/** A run of a column as Parquet stores it: the values that are there, and levels that say where (Dremel). */
export interface Levels {
  readonly values: Float64Array | unknown[];
  readonly repetition: ArrayLike<number>;
  readonly definition: ArrayLike<number>;
}

export interface Shredded extends Levels {
  readonly stats: ColumnStats;
}

/** Definition levels of a list column: null, empty, an element that is there. */
const EMPTY = 1;
const ELEMENT = 3;

/** Where UTF-16 and UTF-8 disagree on order: a surrogate stands for what lies above U+FFFF. */
const rank = (unit: number): number => (unit < 0xd800 ? unit : unit > 0xdfff ? unit - 0x800 : unit + 0x2000);

/** Whether `a` comes before `b` in the order of UTF-8 bytes, which Parquet and Delta statistics are in. */
export function beforeInUtf8(a: string, b: string): boolean {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const unit = a.charCodeAt(i);
    const other = b.charCodeAt(i);
    if (unit !== other) return rank(unit) < rank(other);
  }
  return a.length < b.length;
}

const NO_RANGE = { min: undefined, max: undefined };

function shredNumbers(cells: Float64Array): Shredded {
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
  const range = count > 0 ? { min, max } : NO_RANGE;
  return {
    values: values.subarray(0, count),
    definition,
    repetition: [],
    stats: { ...range, nulls: cells.length - count },
  };
}

function shredScalars(cells: readonly Cell[], ordered: boolean): Shredded {
  const values: Cell[] = [];
  const definition = new Uint8Array(cells.length);
  let min: string | undefined;
  let max: string | undefined;
  for (let i = 0; i < cells.length; i++) {
    const value = cells[i]!;
    if (value === null) continue;
    definition[i] = 1;
    values.push(value);
    if (!ordered || value === max || typeof value !== 'string') continue;
    if (min === undefined || max === undefined) min = max = value;
    else if (beforeInUtf8(value, min)) min = value;
    else if (beforeInUtf8(max, value)) max = value;
  }
  return { values, definition, repetition: [], stats: { min, max, nulls: cells.length - values.length } };
}

function shredLists(cells: readonly Cell[]): Shredded {
  const values: string[] = [];
  const repetition: number[] = [];
  const definition: number[] = [];
  let nulls = 0;
  for (const cell of cells) {
    const list = cell as readonly string[] | null;
    if (list === null) nulls++;
    if (list === null || list.length === 0) {
      repetition.push(0);
      definition.push(list === null ? 0 : EMPTY);
      continue;
    }
    for (let part = 0; part < list.length; part++) {
      values.push(list[part]!);
      repetition.push(part === 0 ? 0 : 1);
      definition.push(ELEMENT);
    }
  }
  return { values, repetition, definition, stats: { ...NO_RANGE, nulls } };
}

/** `count` rows of a column. */
export function shred(type: ColumnType, values: Values, count: number): Shredded {
  if (values === undefined)
    return {
      values: [],
      definition: new Uint8Array(count),
      repetition: new Uint8Array(count),
      stats: { ...NO_RANGE, nulls: count },
    };
  if (values instanceof Float64Array) return shredNumbers(values);
  return type === 'texts' ? shredLists(values) : shredScalars(values, type === 'text');
}

/** The statistics of two runs of one column taken together. */
export function joinStats(a: ColumnStats, b: ColumnStats): ColumnStats {
  const nulls = a.nulls + b.nulls;
  if (a.min === undefined || a.max === undefined) return { ...b, nulls };
  if (b.min === undefined || b.max === undefined) return { ...a, nulls };
  const before = (x: string | number, y: string | number) =>
    typeof x === 'string' ? beforeInUtf8(x, y as string) : x < (y as number);
  return { min: before(b.min, a.min) ? b.min : a.min, max: before(a.max, b.max) ? b.max : a.max, nulls };
}
