import { crc32 } from 'node:zlib';
import type { TextBytes } from '../../../core/stream/record.ts';
import { DAY, type Millis } from '../../../core/util/time.ts';
import { dumpBlocks, timeOf } from './dump-lines.ts';

const NEW_LINE = 10;
/** Characters of a hash. */
const HEX = 8;
/** Of a day without lines. */
const NONE = '-'.repeat(HEX);
/** Of a month. */
const MOST_DAYS = 31;

/** Makes a short hash of the lines of each day of a dump that begins at `from`, to find what changed in a newer one. */
export class DayHasher {
  readonly #hashes: number[] = [];

  constructor(readonly from: Millis) {}

  /** The hashes of all days as text. */
  get text(): string {
    return Array.from(this.#hashes, (hash) =>
      hash === undefined ? NONE : hash.toString(16).padStart(HEX, '0'),
    ).join('');
  }

  /** Adds the next lines. */
  add(block: Buffer): void {
    const buffer = block as Buffer & TextBytes;
    let start = 0;
    let day = -1;
    for (let at = 0; at < block.length; at = block.indexOf(NEW_LINE, at) + 1 || block.length) {
      const time = timeOf({ buffer, from: at, end: block.length });
      const next = Math.floor((time - this.from) / DAY);
      if (next === day) continue;
      this.#addDay(day, block.subarray(start, at));
      [start, day] = [at, next];
    }
    this.#addDay(day, block.subarray(start));
  }

  #addDay(day: number, lines: Buffer): void {
    if (day >= 0 && day < MOST_DAYS) this.#hashes[day] = crc32(lines, this.#hashes[day] ?? 0);
  }
}

/** The hashes of the days of a dump as text. Throws UserError for a broken archive. */
export async function hashDays(name: string, path: string, from: Millis): Promise<string> {
  const hasher = new DayHasher(from);
  for await (const block of dumpBlocks(name, path)) hasher.add(block);
  return hasher.text;
}

/** The starts of the days whose hashes differ. All days differ from an empty text. */
export function differingDays(newer: string, older: string, from: Millis): ReadonlySet<Millis> {
  const changed = new Set<Millis>();
  const hashOf = (text: string, day: number): string => text.slice(day * HEX, (day + 1) * HEX) || NONE;
  for (let day = 0; day < Math.max(newer.length, older.length) / HEX; day++)
    if (hashOf(newer, day) !== hashOf(older, day)) changed.add(from + day * DAY);
  return changed;
}
