import type { Settings } from '../core/option.ts';
import { span } from '../core/span-options.ts';
import { KeyedState, type Restored } from '../core/stream/keyed-state.ts';
import { Progress } from '../core/stream/progress.ts';
import { TimeBuffer } from '../core/stream/time-buffer.ts';
import { CaughtUp, type TimeRules } from '../core/stream/watermark.ts';
import { joinKey } from '../core/text/key.ts';
import { DAY, MINUTE, type Millis } from '../core/util/time.ts';
import { topicsWith } from '../market/catalog/feeds.ts';
import { quoteTime, readQuote } from '../market/prices/price.ts';
import { type Cap, FORGET_AFTER_MS, marketCapKey, totalAt } from '../market/prices/total-cap.ts';
import { defineProcessor, type Emitter, type Input, type Logic, type Now } from './processor.ts';
import { delayOf, latenessOption, sourceLagOption } from './time-options.ts';

const options = {
  maxCapAge: span('--max-cap-age', 'Maximum age of a market cap that still counts.', 5 * MINUTE, {
    min: MINUTE,
    max: DAY,
  }),
  lateness: latenessOption,
  sourceLag: sourceLagOption,
};

/** The stored state of a quote currency, besides its caps. */
interface Book {
  /** The latest minute with a row; caps of that minute or earlier are late. */
  closed: Millis;
  /** The watermark due to the clock alone. */
  clock: Millis;
  /** How far the clock has advanced each source. */
  moved: Record<string, Millis>;
}

/** A quote currency. Everything but its book is derived from its caps. */
interface Market {
  readonly book: Book;
  /** Progress of its series, one per coin and source. */
  readonly progress: Progress;
  /** The next minute that gets a row; Infinity if no cap is young enough. */
  due: Millis;
}

const ceilToMinute = (time: Millis): Millis => Math.ceil(time / MINUTE) * MINUTE;
const seriesOf = (cap: Cap): string => joinKey(cap.quote, cap.coin, cap.source);

class MarketCaps implements Logic {
  readonly #caps: TimeBuffer<Cap>;
  readonly #books: KeyedState<Book>;
  readonly #markets = new Map<string, Market>();
  readonly #lagOf: TimeRules['lagOf'];
  readonly #caughtUp = new CaughtUp();

  constructor(
    readonly settings: Settings<typeof options>,
    restored: Restored,
    /** Computes the minutes within this span again, at the end; undefined: all as they come. */
    readonly span?: { readonly from: Millis; readonly to: Millis },
  ) {
    this.#lagOf = delayOf(settings.sourceLag);
    this.#caps = new TimeBuffer('cap|', restored);
    this.#books = new KeyedState('book|', restored);
    for (const series of this.#caps.seriesNames()) {
      const { quote, time } = this.#caps.latest(series)!;
      this.#market(quote).progress.move(series, time);
    }
    for (const market of this.#markets.values()) market.due = this.#nextDue(market);
  }

  accept({ value }: Input, out: Emitter): void {
    const { quote: row, time } = readQuote(value);
    if (!row.market_cap) {
      out.drop('no market cap');
      return;
    }
    if (!this.#isUsed(time)) return;
    const cap = { time, source: row.source, coin: row.base, quote: row.quote, cap: row.market_cap };
    const series = seriesOf(cap);
    const market = this.#market(cap.quote);
    const last = this.#caps.latest(series, time);
    // A cached answer, or a smaller coin of the same symbol (see totalAt).
    if (last?.time === time && last.cap >= cap.cap) out.drop('repeat');
    else if (ceilToMinute(time) <= market.book.closed)
      out.late('its minute was already emitted', market.book.closed - time);
    else {
      this.#caps.add(series, cap);
      market.progress.move(series, time);
      market.due = Math.min(market.due, ceilToMinute(time));
      this.#close(cap.quote, market, this.#watermark(market), out);
    }
  }

  advance({ time, monotonic, caughtUp }: Now, out: Emitter): void {
    const elapsed = this.#caughtUp.elapsed(monotonic, caughtUp);
    if (elapsed !== undefined) this.#advanceIdle(time, elapsed, out);
  }

  finish(mode: 'clock' | 'all', time: Millis, out: Emitter): void {
    this.#advanceIdle(time, Number.MAX_SAFE_INTEGER, out);
    if (mode === 'clock') return;
    // Not past the minute of the newest cap: more caps of later minutes may come.
    for (const [quote, market] of this.#inOrder())
      this.#close(quote, market, ceilToMinute(market.progress.largest), out);
  }

  changes() {
    return [...this.#caps.changes(), ...this.#books.changes()];
  }

  watermark(): Millis | undefined {
    const open = [...this.#markets.values()].filter(({ due }) => due < Number.POSITIVE_INFINITY);
    return open.length === 0 ? undefined : Math.min(...open.map((market) => this.#watermark(market)));
  }

  /** False for a cap that a replay has no use for, not even to name its coin as missing. */
  #isUsed(time: Millis): boolean {
    if (this.span === undefined) return true;
    return time > this.span.from - FORGET_AFTER_MS && ceilToMinute(time) < this.span.to;
  }

  #market(quote: string): Market {
    let market = this.#markets.get(quote);
    if (market === undefined) {
      const fresh: Book = { closed: Number.MIN_SAFE_INTEGER, clock: Number.MIN_SAFE_INTEGER, moved: {} };
      const book = this.#books.get(quote) ?? this.#books.set(quote, fresh);
      market = { book, progress: new Progress(this.settings.maxCapAge), due: Number.POSITIVE_INFINITY };
      this.#markets.set(quote, market);
    }
    return market;
  }

  #inOrder(): readonly [quote: string, market: Market][] {
    return [...this.#markets].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** The watermark. It may move back, but not before a closed minute, when a new coin starts behind. */
  #watermark({ book, progress }: Market): Millis {
    const seen = progress.least === Number.POSITIVE_INFINITY ? Number.MIN_SAFE_INTEGER : progress.least;
    return Math.max(seen - this.settings.lateness, book.clock);
  }

  /** Advances silent sources by the clock, never past now - lag, and closes the minutes that are due. */
  #advanceIdle(now: Millis, elapsed: Millis, out: Emitter): void {
    for (const [quote, market] of this.#inOrder()) {
      const { book, progress } = market;
      const times = new Map<string, Millis>();
      for (const [series, time] of progress.active()) {
        const { source } = this.#caps.latest(series)!;
        times.set(source, Math.min(times.get(source) ?? Number.POSITIVE_INFINITY, time));
      }
      const moved = new Map(Object.entries(book.moved));
      for (const [source, seen] of times) {
        const lag = this.#lagOf(source);
        if (lag === undefined) continue;
        const time = Math.max(seen, moved.get(source) ?? seen);
        times.set(source, Math.max(time, Math.min(time + elapsed, now - lag)));
      }
      book.moved = Object.fromEntries([...times].filter(([source]) => this.#lagOf(source) !== undefined));
      const first = Math.max(...times.values());
      const active = [...times.values()].filter((time) => time > first - this.settings.maxCapAge);
      if (active.length > 0) this.#moveClock(quote, book, Math.min(...active) - this.settings.lateness);
      this.#close(quote, market, this.#watermark(market), out);
    }
  }

  /** Rows are due at whole minutes: only another one needs storing. */
  #moveClock(quote: string, book: Book, time: Millis): void {
    if (time <= book.clock) return;
    if (Math.floor(time / MINUTE) > Math.floor(book.clock / MINUTE)) this.#books.touch(quote);
    book.clock = time;
  }

  #close(quote: string, market: Market, watermark: Millis, out: Emitter): void {
    while (market.due <= watermark) {
      const minute = market.due;
      const caps = [...market.progress.seriesNames()].flatMap(
        (series) => this.#caps.latest(series, minute) ?? [],
      );
      const row = totalAt(minute, caps, this.settings.maxCapAge)!;
      if (this.span === undefined || minute >= this.span.from)
        out.emit({ key: marketCapKey(row), partitionKey: quote, value: row });
      market.book.closed = minute;
      this.#books.touch(quote);
      for (const cap of caps) this.#forget(market, cap, minute);
      market.due = this.#nextDue(market);
    }
  }

  /** Drops caps older than the one a closed minute used, and that one too once its coin is no longer known. */
  #forget({ progress }: Market, cap: Cap, minute: Millis): void {
    const series = seriesOf(cap);
    this.#caps.evict(series, cap.time);
    if (cap.time > minute - FORGET_AFTER_MS || this.#caps.latest(series)!.time > cap.time) return;
    this.#caps.evict(series, Number.POSITIVE_INFINITY);
    progress.delete(series);
  }

  #nextDue({ book, progress }: Market): Millis {
    const next = book.closed + MINUTE;
    let due = Number.POSITIVE_INFINITY;
    for (const series of progress.seriesNames()) {
      // The oldest cap that is young enough for the next minute.
      const cap = this.#caps.earliest(series, next - this.settings.maxCapAge + 1);
      if (cap !== undefined) due = Math.min(due, Math.max(next, ceilToMinute(cap.time)));
      if (due === next) break;
    }
    return due;
  }
}

export const marketCap = defineProcessor({
  name: 'market-cap',
  summary: 'Sum the market caps of all coins per minute, each coin once.',
  inputs: topicsWith('caps').map((topic) => ({ topic, time: quoteTime })),
  output: { topic: 'market-cap', schema: 'market-cap/1' },
  options,
  examples: ['cryptopipe process market-cap', 'cryptopipe process market-cap --max-cap-age 10m --once'],
  build: (settings, restored) => new MarketCaps(settings, restored),
  replay: {
    build: (settings, from, to) =>
      new MarketCaps({ ...settings, lateness: Number.POSITIVE_INFINITY }, new Map(), { from, to }),
    timeField: 'time',
    idOf: (key) => key,
    seriesOf: (_, { quote }) => String(quote),
    isLess: ({ coins }, old) => Number(coins) < Number(old.coins),
    kept: [],
  },
});
