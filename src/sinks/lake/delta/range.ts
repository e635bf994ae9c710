import type { Column } from '../../../market/catalog/columns.ts';
import type { ColumnStats } from '../parquet/columns/shred.ts';
import type { StoredValue } from '../parquet/pages.ts';
import type { StoredLeaf } from '../parquet/source.ts';

/** Collects the statistics of a column from its stored values. */
export interface RangeCollector {
  /** Its index in the file; -1 when the file lacks it. */
  readonly leaf: number;
  add(values: readonly StoredValue[]): void;
  /** `rows`: row count of the file, for the number of nulls. */
  stats(rows: number): ColumnStats;
}

/** Min and max are collected for texts, numbers and times stored as we store them, and for finer times. */
export function rangeCollector({ name, type }: Column, leaves: readonly StoredLeaf[]): RangeCollector {
  const leaf = leaves.findIndex(({ path }) => path.length === 1 && path[0] === name);
  const { type: stored, perMilli } = leaves[leaf] ?? {};
  const isText = type === 'text' && stored === 'BYTE_ARRAY';
  const isTime = type === 'time' && stored === 'INT64' && perMilli !== undefined;
  const isNumber = (type === 'number' && stored === 'DOUBLE') || (type === 'integer' && stored === 'INT64');
  let ordered = isText || isTime || isNumber;
  let count = 0;
  let min: StoredValue | undefined;
  let max: StoredValue | undefined;
  const before = (a: StoredValue, b: StoredValue): boolean =>
    isText ? Buffer.compare(a as Uint8Array, b as Uint8Array) < 0 : a < b;

  function shown(value: StoredValue, upper: boolean): string | number {
    if (isText) return Buffer.from(value as Uint8Array).toString();
    if (!isTime || perMilli === 1) return Number(value);
    const millis = Number(value) / perMilli!;
    return upper ? Math.ceil(millis) : Math.floor(millis);
  }

  return {
    leaf,
    add(values) {
      count += values.length;
      for (const value of ordered ? values : []) {
        if (Number.isNaN(value)) ordered = false;
        if (min === undefined || before(value, min)) min = value;
        if (max === undefined || before(max, value)) max = value;
      }
    },
    stats(rows) {
      const nulls = rows - count;
      if (!ordered || min === undefined || max === undefined)
        return { min: undefined, max: undefined, nulls };
      const [least, most] = [shown(min, false), shown(max, true)];
      const isExact = type !== 'integer' || (Number.isSafeInteger(least) && Number.isSafeInteger(most));
      return isExact ? { min: least, max: most, nulls } : { min: undefined, max: undefined, nulls };
    },
  };
}
