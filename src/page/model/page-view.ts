import { joinKey } from '../../core/text/key.ts';
import { type Json, numberOf } from '../../core/util/json.ts';
import { HOUR, type Millis, readTime } from '../../core/util/time.ts';
import { longestOf, parseWindow, type Windows, windowsOf } from '../../core/util/window-length.ts';
import { CandleBook } from './candle-book.ts';
import { meanScore, type Totals } from './minute-counts.ts';
import { isAfter, type PagePosition, type Tag } from './position.ts';
import { PostBook } from './post-book.ts';
import { SignalBook } from './signal-book.ts';
import type { PageFeed } from './topics.ts';
import type { CapRow, Changes, CoinEntry, GapRow, PageSelection, PostRow, PostsRow } from './wire.ts';

const MOST_GAPS = 1_000;
const MOST_CAPS = 50;
/** A post's price is the close of a candle that ended no longer ago than this. */
const PRICE_AGE_MS = HOUR;
/** A page without candles shows the posts by these windows. */
const WINDOWS_WITHOUT_CANDLES = ['1m', '10m', '1h'];

interface Tagged<T> {
  readonly row: T;
  readonly tag: Tag;
}
interface CapValue extends Omit<CapRow, 'dominance'> {
  readonly dominance: Json;
}

/** What pages show, held in memory, bounded: the newest candles, posts, counts, gaps and market caps of the bus. */
export class PageView {
  readonly #candles = new CandleBook();
  readonly #posts = new PostBook();
  readonly signals = new SignalBook();
  readonly #gaps = new Map<string, Tagged<GapRow>>();
  readonly #caps = new Map<string, Tagged<CapValue>>();

  /** Applies a record of a feed. `value` is null for a tombstone; records of any other shape are ignored. */
  apply(feed: PageFeed, key: string | null, value: Json | null, tag: Tag): void {
    if (feed === 'candles') {
      if (value !== null) this.#candles.set(value, tag);
      else if (key !== null) this.#candles.delete(key);
    } else if (feed === 'tweets-processed' || feed === 'tweets-priced') {
      if (value !== null) this.#posts.set(value, tag);
      else if (key !== null) this.#posts.delete(key, tag);
    } else if (feed === 'signals') {
      if (value !== null) this.signals.set(value);
      else if (key !== null) this.signals.delete(key);
    } else if (value === null) return;
    else if (feed === 'gaps') this.#setGap(value, tag);
    else this.#setCap(value, tag);
  }

  /** Forgets everything read from a feed. */
  clear(feed: PageFeed): void {
    const book = {
      candles: this.#candles,
      'tweets-processed': this.#posts,
      'tweets-priced': this.#posts,
      gaps: this.#gaps,
      'market-cap': this.#caps,
      signals: this.signals,
    };
    book[feed].clear();
  }

  /** Every coin with its series, the coin with the most posts first. */
  coins(): CoinEntry[] {
    const totals = this.#posts.totals();
    return [...new Set([...this.#candles.coins(), ...totals.keys()])]
      .map((coin) => ({ coin, posts: totals.get(coin) ?? 0, markets: this.#candles.markets(coin) }))
      .sort(
        (a, b) =>
          Number(b.markets.length > 0) - Number(a.markets.length > 0) ||
          b.posts - a.posts ||
          (a.coin < b.coin ? -1 : 1),
      );
  }

  /** What a page shows that asks for parts of a selection: each part that exists, otherwise the likeliest. */
  select(asked: Partial<PageSelection>): PageSelection {
    const coins = this.coins();
    const { coin, markets } = coins.find((one) => one.coin === asked.coin) ??
      coins[0] ?? { coin: '', markets: [] };
    const market =
      markets.find(({ quote, source }) => quote === asked.quote && source === asked.source) ??
      markets.find(({ quote }) => quote === (asked.quote || 'usdt')) ??
      markets[0];
    const windows = market?.windows ?? WINDOWS_WITHOUT_CANDLES;
    const window = windows.find((one) => one === (asked.window || '10m')) ?? windows[0]!;
    return { coin, quote: market?.quote ?? '', source: market?.source ?? '', window };
  }

  /** Part and offset of a listed post's record. */
  postTag(coin: string, id: string): Tag | undefined {
    return this.#posts.tagOf(coin, id);
  }

  /** Rows of a selection: all, or those that records after the position set. */
  rows(selection: PageSelection, after?: PagePosition): Changes {
    const matches = (tag: Tag) => after === undefined || isAfter(tag, after);
    const rowsOf = <T>(rows: ReadonlyMap<string, Tagged<T>>) =>
      [...rows.values()].filter(({ tag }) => matches(tag));
    return {
      candles: this.#candles.rows(selection, matches),
      posts: this.#postsRows(selection, after),
      newest: this.#posts.newest(selection.coin, matches).map((row) => this.#withPrice(row, selection)),
      deleted: after === undefined ? [] : this.#posts.deleted(matches),
      gaps: rowsOf(this.#gaps).map(({ row }) => row),
      caps: rowsOf(this.#caps).map(({ row }) => ({
        ...row,
        dominance:
          typeof row.dominance[selection.coin] === 'number'
            ? (row.dominance[selection.coin] as number)
            : null,
      })),
      hashtags: this.#posts.hashtags(selection.coin),
    };
  }

  #postsRows(selection: PageSelection, after: PagePosition | undefined): PostsRow[] {
    const windows = windowsFor(selection.window);
    const counts = this.#posts.counts(selection.coin);
    const startOf = (time: Millis) => this.#candles.at(selection, time)?.[0] ?? windows.startOf(time);
    const totals = counts.windows(longestOf(windows.length), startOf, after);
    return [...totals].map(([start, sum]) => {
      const end = this.#candles.at(selection, start)?.[1] ?? windows.endOf(start);
      return postsRow(start, end, sum);
    });
  }

  #withPrice(row: PostRow, selection: PageSelection): PostRow {
    if (row.price !== null || selection.quote === '') return row;
    const price = this.#candles.closeAt(selection, row.time, PRICE_AGE_MS);
    return price === null ? row : { ...row, price, quote: selection.quote };
  }

  #setGap(value: Json, tag: Tag): void {
    const [from, to] = [readTime(String(value.from)), readTime(String(value.to))];
    if (typeof value.source !== 'string' || !Number.isFinite(from) || !Number.isFinite(to)) return;
    const reason = String(value.reason ?? '').slice(0, 200);
    const row = { source: value.source, from, to, reason, backfilled: value.backfilled === true };
    setBounded(this.#gaps, joinKey(row.source, String(from)), { row, tag }, MOST_GAPS);
  }

  #setCap(value: Json, tag: Tag): void {
    const [time, total] = [readTime(String(value.time)), numberOf(value.total_market_cap)];
    const { quote, dominance } = value;
    if (typeof quote !== 'string' || !Number.isFinite(time) || !Number.isFinite(total)) return;
    const known = this.#caps.get(quote);
    if (known !== undefined && known.row.time > time) return;
    const row = { quote, time, total, final: value.final !== false, dominance: (dominance ?? {}) as Json };
    setBounded(this.#caps, quote, { row, tag }, MOST_CAPS);
  }
}

function windowsFor(window: string): Windows {
  try {
    return windowsOf(parseWindow(window));
  } catch {
    return windowsOf(HOUR);
  }
}

function postsRow(start: Millis, end: Millis, totals: Totals): PostsRow {
  const [mean, error] = meanScore(totals);
  return [start, end, totals.posts, totals.scored, mean, error, totals.deleted];
}

/** Sets an entry and drops the one that was set first if there are too many. */
function setBounded<T>(map: Map<string, T>, key: string, entry: T, most: number): void {
  map.delete(key);
  map.set(key, entry);
  if (map.size > most) map.delete(map.keys().next().value!);
}
