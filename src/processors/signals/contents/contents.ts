import type { Restored, StateChange } from '../../../core/stream/keyed-state.ts';
import { SeenIds } from '../../../core/stream/seen-ids.ts';
import { joinKey, splitKey } from '../../../core/text/key.ts';
import { HOUR, MINUTE, type Millis } from '../../../core/util/time.ts';
import { marketFacts, type PriceSeries, type SeriesOrder } from '../../../market/signals/market-facts.ts';
import type { PostBucket } from '../../../market/signals/post-bucket.ts';
import type { PostFacts } from '../../../market/signals/post-facts.ts';
import type { MarketFacts } from '../../../market/signals/signal.ts';
import { bestLane } from '../../candles/parts.ts';
import { SeriesBars } from '../../candles/series-bars.ts';
import { isWished, type PricePreference, seriesOrder } from '../../price-preference.ts';
import type { Fact } from '../facts.ts';
import { KnownAuthors } from './known-authors.ts';
import { NearPosts } from './near-posts.ts';
import { PostBuckets } from './post-buckets.ts';
import { TickBuckets } from './tick-buckets.ts';

/** How long the minutes in which an author has posted are remembered. */
const AUTHOR_HORIZON: Millis = 2 * HOUR;

type SpansOf = (key: string) => readonly (readonly [from: Millis, to: Millis])[];

/** What is known of every coin, for as long as a window needs it. Keys are those of one part, the coin. */
export class Contents {
  readonly #posts: PostBuckets;
  readonly #ticks: TickBuckets;
  readonly #bars: SeriesBars;
  readonly #authors: KnownAuthors;
  readonly #near: NearPosts;
  readonly #order: SeriesOrder;
  /** The minutes in which an author posted about a coin. */
  readonly #authorMinutes: SeenIds;

  constructor(
    unit: Millis,
    restored: Restored,
    readonly preference: PricePreference,
  ) {
    this.#order = seriesOrder(preference);
    this.#posts = new PostBuckets(unit, restored);
    this.#ticks = new TickBuckets(Math.min(unit, MINUTE), restored);
    this.#bars = new SeriesBars(restored);
    this.#authors = new KnownAuthors(restored);
    this.#near = new NearPosts(restored);
    this.#authorMinutes = new SeenIds(AUTHOR_HORIZON, restored, 'fast|');
  }

  /** Adds a record. The answer is the times at which it changed something; empty for a repeat. */
  add(key: string, { post, tick, bar, start }: Fact): readonly Millis[] {
    if (post !== undefined) return this.#addPost(key, post);
    if (tick !== undefined) this.#ticks.add(key, tick.quote, tick.source, tick);
    if (bar === undefined) return [start];
    const { quote, source } = bar.bar;
    return this.#bars.add(key, joinKey(quote, source), bar) === 'repeat' ? [] : [start];
  }

  postsWithin(key: string, from: Millis, to: Millis): PostBucket {
    return this.#posts.within(key, from, to);
  }

  /** The price columns of [start, end): of bars of one series and length, or of its ticks without bars. */
  marketWithin(key: string, start: Millis, end: Millis): MarketFacts {
    const lanes = this.#bars.lanesOf(key);
    const ofBars = [...new Set(lanes.map(({ part }) => part))].flatMap((name): PriceSeries[] => {
      const own = lanes.filter(({ part }) => part === name);
      const lane = bestLane(own, { start, end }, true);
      if (lane === undefined) return [];
      const [quote, source] = splitKey(name) as [string, string];
      return [
        { quote, part: lane.bars.part(source, start, end, true), closes: lane.bars.closes(start, end) },
      ];
    });
    const hasBars = ({ quote, part }: PriceSeries) =>
      ofBars.some((one) => one.quote === quote && one.part.source === part.source);
    const ofTicks = this.#ticks.within(key, start, end).filter((series) => !hasBars(series));
    const wished = [...ofBars, ...ofTicks].filter(({ quote }) => isWished(quote, this.preference));
    return marketFacts(wished, this.#order);
  }

  /** What changed since the last call. `spansOf`: the spans that a coin's windows still need. */
  changes(spansOf: SpansOf, touched: ReadonlySet<string>): StateChange[] {
    return [
      ...this.#posts.changes(spansOf, touched),
      ...this.#ticks.changes(spansOf, touched),
      ...this.#bars.changes(spansOf),
      ...this.#authors.changes(),
      ...this.#authorMinutes.changes(),
      ...this.#near.changes(),
    ];
  }

  #addPost(key: string, post: PostFacts): readonly Millis[] {
    const { author, time } = post;
    const suspicious = [...post.marks];
    if (author !== null && !this.#authorMinutes.add(`${key}|${author}`, time)) suspicious.push('fast');
    if (this.#near.repeats(key, post.text, time)) suspicious.push('duplicate');
    const bucket = this.#posts.at(key, time);
    bucket.add(post, suspicious);
    const first = author === null ? undefined : this.#authors.note(key, author, time);
    if (first === undefined) return [time];
    bucket.firsts += 1;
    if (first.before === undefined) return [time];
    // Its window may be over, and its bucket no longer kept.
    const earlier = this.#posts.find(key, first.before);
    if (earlier !== undefined) earlier.firsts -= 1;
    return [time, first.before];
  }
}
