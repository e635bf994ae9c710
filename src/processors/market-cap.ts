import { type Settings, span } from '../core/option.ts';
import { KeyedState, type Restored } from '../core/stream/keyed-state.ts';
import { Progress } from '../core/stream/progress.ts';
import { TimeBuffer } from '../core/stream/time-buffer.ts';
import { CaughtUp, type TimeRules } from '../core/stream/watermark.ts';
import { joinKey } from '../core/text/key.ts';
import { DAY, MINUTE, type Millis } from '../core/util/time.ts';
import { topicsWith } from '../market/catalog/feeds.ts';
import { type Cap, KNOWN_MS, marketCapKey, totalAt } from '../market/prices/market-cap.ts';
import { quoteTime, readQuote } from '../market/prices/price.ts';
import { defineProcessor, type Emitter, type Input, type Logic, type Now } from './processor.ts';
import { lagsOf, latenessOption, sourceLagOption } from './time-options.ts';

const options = {
  maxCapAge: span('--max-cap-age', 'A market cap counts until it is this old.', 5 * MINUTE, {
    min: MINUTE,
    max: DAY,
  }),
  lateness: latenessOption,
  sourceLag: sourceLagOption,
};

/** What is stored of a quote currency, beside its caps. */
interface Book {
  /** The last minute that has a row; a cap that belongs to it or before it is late. */
  closed: Millis;
  /** The watermark as far as the clock alone has moved it. */
  clock: Millis;
  /** How far the clock has moved each source. */
  moved: Record<string, Millis>;
}

/** A quote currency; what is not in its book follows from its caps. */
interface Market {
  readonly book: Book;
  /** Of its series, one for each coin and source. */
  readonly front: Progress;
  /** The next minute that gets a row; Infinity when no cap is young enough for one. */
  due: Millis;
}

const ceilToMinute = (time: Millis): Millis => Math.ceil(time / MINUTE) * MINUTE;
const seriesOf = (cap: Cap): string => joinKey(cap.quote, cap.coin, cap.source);

class MarketCaps implements Logic {
  readonly #caps: TimeBuffer<Cap>;
  readonly #books: KeyedState<Book>;
  readonly #markets = new Map<string, Market>();
  readonly #lagOf: TimeRules['lagOf'];
  readonly #readToEnd = new CaughtUp();

  constructor(
    readonly settings: Settings<typeof options>,
    restored: Restored,
  ) {
    this.#lagOf = lagsOf(settings.sourceLag);
    this.#caps = new TimeBuffer('cap|', restored);
    this.#books = new KeyedState('book|', restored);
    for (const series of this.#caps.seriesNames()) {
      const { quote, time } = this.#caps.latest(series)!;
      this.#market(quote).front.move(series, time);
    }
    for (const market of this.#markets.values()) market.due = this.#nextDue(market);
  }

  accept({ value }: Input, out: Emitter): void {
    const { quote: row, time } = readQuote(value);
    if (!row.market_cap) {
      out.drop('no market cap');
      return;
    }
    const cap = { time, source: row.source, coin: row.base, quote: row.quote, cap: row.market_cap };
    const series = seriesOf(cap);
    const market = this.#market(cap.quote);
    const last = this.#caps.latest(series, time);
    // A cached answer, or a smaller coin of the same symbol (see totalAt).
    if (last?.time === time && last.cap >= cap.cap) out.drop('repeat');
    else if (ceilToMinute(time) <= market.book.closed)
      out.late('its minute has been summed up', market.book.closed - time);
    else {
      this.#caps.add(series, cap);
      market.front.move(series, time);
      market.due = Math.min(market.due, ceilToMinute(time));
      this.#close(cap.quote, market, this.#mark(market), out);
    }
  }

  advance({ time, monotonic, caughtUp }: Now, out: Emitter): void {
    const elapsed = this.#readToEnd.elapsed(monotonic, caughtUp);
    if (elapsed !== undefined) this.#passTime(time, elapsed, out);
  }

  finish(mode: 'clock' | 'all', time: Millis, out: Emitter): void {
    this.#passTime(time, Number.MAX_SAFE_INTEGER, out);
    if (mode === 'clock') return;
    // No minute after that of the newest cap: it may be still to come.
    for (const [quote, market] of this.#inOrder())
      this.#close(quote, market, ceilToMinute(market.front.largest), out);
  }

  changes() {
    return [...this.#caps.changes(), ...this.#books.changes()];
  }

  watermark(): Millis | undefined {
    const open = [...this.#markets.values()].filter(({ due }) => due < Number.POSITIVE_INFINITY);
    return open.length === 0 ? undefined : Math.min(...open.map((market) => this.#mark(market)));
  }

  #market(quote: string): Market {
    let market = this.#markets.get(quote);
    if (market === undefined) {
      const fresh: Book = { closed: Number.MIN_SAFE_INTEGER, clock: Number.MIN_SAFE_INTEGER, moved: {} };
      const book = this.#books.get(quote) ?? this.#books.set(quote, fresh);
      market = { book, front: new Progress(this.settings.maxCapAge), due: Number.POSITIVE_INFINITY };
      this.#markets.set(quote, market);
    }
    return market;
  }

  #inOrder(): readonly [quote: string, market: Market][] {
    return [...this.#markets].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** The watermark. It may step back while nothing was closed by it: a coin that is new and behind counts. */
  #mark({ book, front }: Market): Millis {
    const seen = front.least === Number.POSITIVE_INFINITY ? Number.MIN_SAFE_INTEGER : front.least;
    return Math.max(seen - this.settings.lateness, book.clock);
  }

  /** Moves silent sources on by the clock, never past now - lag, and closes what that makes due. */
  #passTime(now: Millis, elapsed: Millis, out: Emitter): void {
    for (const [quote, market] of this.#inOrder()) {
      const { book, front } = market;
      const times = new Map<string, Millis>();
      for (const [series, time] of front.active()) {
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
      const speaking = [...times.values()].filter((time) => time > first - this.settings.maxCapAge);
      if (speaking.length > 0)
        book.clock = Math.max(book.clock, Math.min(...speaking) - this.settings.lateness);
      this.#close(quote, market, this.#mark(market), out);
    }
  }

  #close(quote: string, market: Market, mark: Millis, out: Emitter): void {
    while (market.due <= mark) {
      const minute = market.due;
      const caps = [...market.front.seriesNames()].flatMap((series) => this.#caps.latest(series, minute) ?? []);
      const row = totalAt(minute, caps, this.settings.maxCapAge)!;
      out.emit({ key: marketCapKey(row), partitionKey: quote, value: row });
      market.book.closed = minute;
      this.#books.touch(quote);
      for (const cap of caps) this.#forget(market, cap, minute);
      market.due = this.#nextDue(market);
    }
  }

  /** Forgets what came before the newest cap that a closed minute used, and that one too once its coin is unknown. */
  #forget({ front }: Market, cap: Cap, minute: Millis): void {
    const series = seriesOf(cap);
    this.#caps.evict(series, cap.time);
    if (cap.time > minute - KNOWN_MS || this.#caps.latest(series)!.time > cap.time) return;
    this.#caps.evict(series, Number.POSITIVE_INFINITY);
    front.delete(series);
  }

  #nextDue({ book, front }: Market): Millis {
    const next = book.closed + MINUTE;
    let due = Number.POSITIVE_INFINITY;
    for (const series of front.seriesNames()) {
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
  summary: 'Sums the market caps of all coins, minute by minute, each coin once.',
  inputs: topicsWith('caps').map((topic) => ({ topic, time: quoteTime })),
  output: { topic: 'market-cap', schema: 'market-cap/1' },
  options,
  examples: ['cryptopipe process market-cap', 'cryptopipe process market-cap --max-cap-age 10m --once'],
  build: (settings, restored) => new MarketCaps(settings, restored),
});
