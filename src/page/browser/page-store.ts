import type { Millis } from '../../core/util/time.ts';
import {
  type CandleRow,
  type CapRow,
  type Changes,
  type GapRow,
  type History,
  LISTED_POSTS,
  type PageSelection,
  type PostRow,
  type PostsRow,
} from '../model/wire.ts';

/** Windows kept while the page is open. */
const MOST_WINDOWS = 10_000;

/** A window of the chart: its candle, its posts, or neither where nothing came. */
export interface WindowRow {
  readonly start: Millis;
  readonly end: Millis;
  readonly candle: CandleRow | undefined;
  readonly posts: PostsRow | undefined;
}

const NO_SELECTION: PageSelection = { coin: '', quote: '', source: '', window: '' };
/** Most empty windows drawn between two others; the chart leaves out a longer pause. */
const MOST_EMPTY = 5_000;

/** What the page shows, as rows set by key. Applying changes twice is the same as once. */
export class PageStore {
  selection = NO_SELECTION;
  hashtags: Changes['hashtags'] = [];
  readonly #candles = new Map<Millis, CandleRow>();
  readonly #posts = new Map<Millis, PostsRow>();
  readonly #gaps = new Map<string, GapRow>();
  readonly #caps = new Map<string, CapRow>();
  #newest: PostRow[] = [];

  /** Replaces everything. */
  load(history: History): void {
    this.selection = history.selection;
    for (const rows of [this.#candles, this.#posts, this.#gaps, this.#caps]) rows.clear();
    this.#newest = [];
    this.apply(history);
  }

  /** Returns the first window that changed; Infinity if none did. */
  apply(changes: Changes): Millis {
    let first = Number.POSITIVE_INFINITY;
    for (const row of changes.candles) {
      this.#candles.set(row[0], row);
      first = Math.min(first, row[0]);
    }
    for (const row of changes.posts) {
      this.#posts.set(row[0], row);
      first = Math.min(first, row[0]);
    }
    for (const gap of changes.gaps) this.#gaps.set(`${gap.from} ${gap.source}`, gap);
    for (const cap of changes.caps) this.#caps.set(cap.quote, cap);
    this.#addPosts(changes);
    this.hashtags = changes.hashtags;
    return first;
  }

  get newest(): readonly PostRow[] {
    return this.#newest;
  }

  get gaps(): readonly GapRow[] {
    return [...this.#gaps.values()];
  }

  get caps(): readonly CapRow[] {
    return [...this.#caps.values()];
  }

  /** All windows, oldest first, empty ones between them too. */
  windows(): WindowRow[] {
    const starts = [...new Set([...this.#candles.keys(), ...this.#posts.keys()])].sort((a, b) => a - b);
    const rows: WindowRow[] = [];
    for (const start of starts.slice(-MOST_WINDOWS)) {
      const candle = this.#candles.get(start);
      const posts = this.#posts.get(start);
      const end = (candle ?? posts)![1];
      const last = rows.at(-1);
      const span = end - start;
      const isSteady =
        last !== undefined && last.end - last.start === span && (start - last.end) % span === 0;
      if (isSteady && (start - last.end) / span <= MOST_EMPTY)
        for (let at = last.end; at < start; at += span)
          rows.push({ start: at, end: at + span, candle: undefined, posts: undefined });
      rows.push({ start, end, candle, posts });
    }
    return rows;
  }

  #addPosts({ newest, deleted }: Changes): void {
    if (newest.length === 0 && deleted.length === 0) return;
    const ids = new Set([...deleted, ...newest.map(({ id }) => id)]);
    const kept = this.#newest.filter(({ id }) => !ids.has(id));
    this.#newest = [...newest, ...kept].sort((a, b) => b.time - a.time).slice(0, LISTED_POSTS);
  }
}
