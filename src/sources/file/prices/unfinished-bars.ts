import { crc32 } from 'node:zlib';
import type { Millis } from '../../../core/util/time.ts';

/** A row that was left out because its bar was not over, as a position stores it: bytes before the row, and its id. */
export type UnfinishedRow = readonly [bytes: number, id: number];

/** The id of a row: another one once its text or the end of its bar is another. */
export const unfinishedId = (text: string, end: Millis): number => crc32(`${end} ${text}`);

/** Rows kept at most; the oldest are forgotten first. */
const MOST_ROWS = 10_000;

/**
 * Rows whose bars were not over when they were read. Such a row holds a part of its bar, also after the bar has ended: it
 * stays out until the file holds another row in its place.
 */
export class UnfinishedBars {
  readonly #ids: ReadonlySet<number>;
  readonly #met = new Map<number, UnfinishedRow>();
  #earlier: readonly UnfinishedRow[];

  /** `earlier`: the rows that the stored position names. `from`: bytes before the place from which the file is read. */
  constructor(
    earlier: readonly UnfinishedRow[] = [],
    readonly from = 0,
  ) {
    this.#earlier = earlier;
    this.#ids = new Set(earlier.map(([, id]) => id));
  }

  /** Whether earlier runs left no row out. */
  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  /** Whether an earlier run left this row out. */
  has(id: number): boolean {
    return this.#ids.has(id);
  }

  add(row: UnfinishedRow): void {
    this.#met.set(row[1], row);
  }

  /** The file was read to its end: rows of earlier runs that were not met are no longer in it. */
  forgetOthers(): void {
    this.#earlier = this.#earlier.filter(([bytes]) => bytes < this.from);
  }

  /** The rows to store; undefined for none. */
  get rows(): readonly UnfinishedRow[] | undefined {
    const rows = [...this.#earlier.filter(([, id]) => !this.#met.has(id)), ...this.#met.values()];
    return rows.length === 0 ? undefined : rows.slice(-MOST_ROWS);
  }
}
