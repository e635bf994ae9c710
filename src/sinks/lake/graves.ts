import type { Column } from '../../market/datasets.ts';
import type { Rows, Values } from './arena.ts';

/** Posts of one partition that were deleted since the last flush. */
export class Graves {
  /** Ids, as the keys of their tombstones. */
  readonly ids = new Set<string>();
  /** How many files had been stored, in no log entry yet, when the last of them came: those may hold some. */
  earlyFiles = 0;

  bury(id: string, filesStored: number): void {
    this.ids.add(id);
    this.earlyFiles = filesStored;
  }

  clear(): void {
    this.ids.clear();
    this.earlyFiles = 0;
  }
}

/** The values of some rows, by their places. */
function pick(values: Values, places: Int32Array, from: number): Values {
  if (values === undefined) return undefined;
  if (values instanceof Float64Array) return Float64Array.from(places, (place) => values[place - from]!);
  return Array.from(places, (place) => values[place - from]!);
}

/** Rows without those whose id is among these; the rows themselves when there are none. */
export function withoutIds(columns: readonly Column[], rows: Rows, ids: ReadonlySet<string>): Rows {
  const idAt = columns.findIndex(({ name }) => name === 'id');
  const all = ids.size === 0 || idAt < 0 ? undefined : rows.column(idAt, 0, rows.count);
  if (all === undefined || all instanceof Float64Array) return rows;
  const kept = Int32Array.from(all.keys()).filter((place) => !ids.has(all[place] as string));
  if (kept.length === rows.count) return rows;
  return {
    count: kept.length,
    bytes: rows.bytes,
    column(index, from, to) {
      const places = kept.subarray(from, to);
      const first = places[0] ?? 0;
      return pick(rows.column(index, first, (places.at(-1) ?? first - 1) + 1), places, first);
    },
  };
}
