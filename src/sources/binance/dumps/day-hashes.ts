import { crc32 } from 'node:zlib';
import { DAY, epochTime, type Millis } from '../../../core/util/time.ts';
import { READ_BYTES } from '../../file/bytes/input.ts';
import { unzipped } from '../../file/bytes/zip.ts';

const NEW_LINE = 10;
const [ZERO, NINE] = [48, 57];
/** Characters of a hash. */
const HEX = 8;
/** Of a day without lines. */
const NONE = '-'.repeat(HEX);
/** Of a month. */
const MOST_DAYS = 31;

/** The time at the start of a line. */
function timeAt(block: Buffer, start: number): Millis {
  let count = 0;
  for (let at = start; at < block.length; at++) {
    const code = block[at]!;
    if (code < ZERO || code > NINE) break;
    count = count * 10 + code - ZERO;
  }
  return epochTime(count);
}

/** Makes a short hash of the lines of each day of a dump that begins at `from`, to find what changed in a newer one. */
export class DayHasher {
  readonly #hashes: number[] = [];
  #rest: Buffer = Buffer.alloc(0);

  constructor(readonly from: Millis) {}

  /** Adds the next bytes, which may end within a line. */
  add(bytes: Buffer): void {
    const block = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = block.lastIndexOf(NEW_LINE) + 1;
    this.#addLines(block.subarray(0, end));
    this.#rest = Buffer.from(block.subarray(end));
  }

  /** The hashes of all days as text. Call it once, after the last bytes. */
  end(): string {
    this.#addLines(this.#rest);
    return Array.from(this.#hashes, (hash) =>
      hash === undefined ? NONE : hash.toString(16).padStart(HEX, '0'),
    ).join('');
  }

  #addLines(block: Buffer): void {
    let start = 0;
    let day = -1;
    for (let at = 0; at < block.length; at = block.indexOf(NEW_LINE, at) + 1 || block.length) {
      const next = Math.floor((timeAt(block, at) - this.from) / DAY);
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
  for await (const bytes of unzipped(name, path, READ_BYTES)) hasher.add(bytes);
  return hasher.end();
}

/** The starts of the days whose hashes differ. All days differ from an empty text. */
export function differingDays(newer: string, older: string, from: Millis): ReadonlySet<Millis> {
  const changed = new Set<Millis>();
  const hashOf = (text: string, day: number): string => text.slice(day * HEX, (day + 1) * HEX) || NONE;
  for (let day = 0; day < Math.max(newer.length, older.length) / HEX; day++)
    if (hashOf(newer, day) !== hashOf(older, day)) changed.add(from + day * DAY);
  return changed;
}
