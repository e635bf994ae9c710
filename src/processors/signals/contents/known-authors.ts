import type { Restored, StateChange } from '../../../core/stream/keyed-state.ts';
import { murmur2 } from '../../../core/util/hash.ts';
import { DAY, type Millis } from '../../../core/util/time.ts';

/** Most authors remembered per coin. At this limit the half seen least recently is forgotten. */
const MOST_AUTHORS = 50_000;
/** Authors of a stored value, in order of their first post read: those of a commit are mostly new, and share one. */
const PAGE = 32;
const PREFIX = 'authors|';
/** Of the values of earlier versions: an author was in one of 1024 by its hash. */
const LEGACY_PREFIX = 'known|';

/** Authors as four numbers each: two hashes of the name, the time of the first post, and the day of the newest one. */
type Authors = number[];
const WIDTH = 4;
const FIRST = 2;
const LAST_DAY = 3;

/** Chains of authors by their second hash. */
const CHAINS = 1024;
const NONE = -1;

/** How an author's post changes the times of first posts; undefined: not at all. */
export interface FirstPost {
  readonly time: Millis;
  /** The time that counted as the first until now. */
  readonly before: Millis | undefined;
}

/** The authors of one coin. */
class CoinAuthors {
  authors: Authors = [];
  /** Pages to store; those past the last author are to be deleted. */
  readonly dirty = new Set<number>();
  readonly #last = new Int32Array(CHAINS).fill(NONE);
  /** The author before each one in its chain. */
  readonly #before: number[] = [];

  get count(): number {
    return this.#before.length;
  }

  /** Where an author's numbers begin; `NONE` for an unknown one. */
  find(hash: number, other: number): number {
    const { authors } = this;
    let at = this.#last[other % CHAINS]!;
    while (at !== NONE && (authors[at * WIDTH] !== hash || authors[at * WIDTH + 1] !== other))
      at = this.#before[at]!;
    return at === NONE ? NONE : at * WIDTH;
  }

  add(hash: number, other: number, first: Millis, lastDay: number): void {
    const chain = other % CHAINS;
    this.#before.push(this.#last[chain]!);
    this.#last[chain] = this.count - 1;
    this.authors.push(hash, other, first, lastDay);
  }

  touch(at: number): void {
    this.dirty.add(Math.floor(at / WIDTH / PAGE));
  }

  /** Replaces all authors. */
  replace(authors: Authors): void {
    for (let at = 0; at < this.authors.length; at += WIDTH) this.touch(at);
    this.authors = [];
    this.#before.length = 0;
    this.#last.fill(NONE);
    this.addNew(authors);
  }

  /** Adds authors that are not stored. */
  addNew(authors: Authors): void {
    const from = this.authors.length;
    this.addAll(authors);
    for (let at = from; at < this.authors.length; at += WIDTH) this.touch(at);
  }

  addAll(authors: readonly number[]): void {
    for (let at = 0; at < authors.length; at += WIDTH)
      this.add(authors[at]!, authors[at + 1]!, authors[at + FIRST]!, authors[at + LAST_DAY]!);
  }

  /** The text of a page; null if it has no authors. */
  pageText(page: number): string | null {
    const authors = this.authors.slice(page * PAGE * WIDTH, (page + 1) * PAGE * WIDTH);
    return authors.length === 0 ? null : JSON.stringify(authors);
  }
}

/** The authors of each coin, with the time of their first post about it. */
export class KnownAuthors {
  readonly #coins = new Map<string, CoinAuthors>();
  /** Values of an earlier version, to be deleted when the next commit has written theirs. */
  #legacy: string[] = [];

  constructor(
    restored: Restored,
    readonly most = MOST_AUTHORS,
  ) {
    const pages = [...restored.keys()].filter((name) => name.startsWith(PREFIX));
    for (const { name, coin } of pages.map(partsOf).sort((a, b) => a.number - b.number))
      this.#of(coin).addAll(JSON.parse(restored.get(name)!));
    this.#legacy = [...restored.keys()].filter((name) => name.startsWith(LEGACY_PREFIX));
    for (const { name, coin } of this.#legacy.map(partsOf))
      this.#of(coin).addNew(JSON.parse(restored.get(name)!));
  }

  /** Notes a post. The answer says what it changes. */
  note(coin: string, name: string, time: Millis): FirstPost | undefined {
    const hash = murmur2(name) >>> 0;
    const other = murmur2(`${hash} ${name}`) >>> 0;
    const day = Math.floor(time / DAY);
    const own = this.#of(coin);
    const { authors } = own;
    const at = own.find(hash, other);
    if (at === NONE) {
      own.touch(authors.length);
      own.add(hash, other, time, day);
      if (own.count > this.most) forgetHalf(own);
      return { time, before: undefined };
    }
    const before = authors[at + FIRST]!;
    const lastDay = authors[at + LAST_DAY]!;
    if (day > lastDay) authors[at + LAST_DAY] = day;
    if (time < before) authors[at + FIRST] = time;
    if (day > lastDay || time < before) own.touch(at);
    return time < before ? { time, before } : undefined;
  }

  changes(): StateChange[] {
    const changes: StateChange[] = this.#legacy.map((name) => [name, null]);
    this.#legacy = [];
    for (const [coin, own] of this.#coins) {
      for (const page of own.dirty) changes.push([`${PREFIX}${page}|${coin}`, own.pageText(page)]);
      own.dirty.clear();
    }
    return changes;
  }

  #of(coin: string): CoinAuthors {
    let own = this.#coins.get(coin);
    if (own === undefined) {
      own = new CoinAuthors();
      this.#coins.set(coin, own);
    }
    return own;
  }
}

/** The parts of a name such as `authors|7|btc`; a coin may contain any character. */
function partsOf(name: string) {
  const [prefix = '', number = ''] = name.split('|', 2);
  return { name, number: Number(number), coin: name.slice(prefix.length + number.length + 2) };
}

function forgetHalf(own: CoinAuthors): void {
  const all = Array.from({ length: own.count }, (_, at) => own.authors.slice(at * WIDTH, (at + 1) * WIDTH));
  all.sort((a, b) => a[LAST_DAY]! - b[LAST_DAY]! || a[0]! - b[0]! || a[1]! - b[1]!);
  own.replace(all.slice(Math.floor(all.length / 2)).flat());
}
