import type { Settings } from '../core/option.ts';
import { span } from '../core/span-options.ts';
import { type AsOf, AsOfJoin } from '../core/stream/as-of/as-of-join.ts';
import type { Missing } from '../core/stream/as-of/right-series.ts';
import type { Restored } from '../core/stream/keyed-state.ts';
import { joinKey } from '../core/text/key.ts';
import type { Json } from '../core/util/json.ts';
import { formatSpan, HOUR, MINUTE, type Millis, SECOND } from '../core/util/time.ts';
import {
  canAppendPrice,
  type PostPrice,
  postRecordTime,
  priceOfPost,
  readPostRecord,
} from '../market/posts/priced-post.ts';
import { readBar } from '../market/prices/bar.ts';
import { readPrice } from '../market/prices/price.ts';
import { partsOf, seriesName, seriesRules } from './enrich/price-series.ts';
import { isBarTopic, PRICES_BESIDE_POSTS } from './price-inputs.ts';
import { preferOption, priceQuoteOption } from './price-preference.ts';
import {
  defineProcessor,
  type Emitter,
  type Input,
  type Logic,
  type MissedWindows,
  type Now,
  type Output,
} from './processor.ts';
import { idleOption, latenessOption, sourceLagOption, timeRules } from './time-options.ts';

const POSTS = 'tweets-processed';
/** Posts that wait for prices at once in one task; each takes about 2 kB. */
const MAX_PENDING = 20_000;
/** Most prices kept in one task, about 50 bytes each; above it, only those of the last `KEEP` + `maxAge`. */
const MAX_KEPT = 200_000;
const KEEP: Millis = 10 * MINUTE;
const ALL = Number.POSITIVE_INFINITY;
const TOO_MANY = `more than ${MAX_PENDING} posts wait for their prices: the oldest leave with the prices that are there`;

const NOT_KEPT =
  'the prices of some posts were no longer kept, so they left without; process replay enrich reads them from the topics again';

const options = {
  maxAge: span('--max-age', 'Maximum age of a price at the time of a post.', 10 * MINUTE, {
    min: SECOND,
    max: 24 * HOUR,
  }),
  prices: priceQuoteOption,
  prefer: preferOption,
  lateness: latenessOption,
  idle: idleOption,
  sourceLag: sourceLagOption,
};

type EnrichSettings = Settings<typeof options>;
class Enrich implements Logic {
  readonly #join: AsOfJoin<Json, number>;
  readonly #reasons: Readonly<Record<Missing, string>>;
  /** The post that is being processed. */
  #current: Output['base'];
  /** A post that prices are read before, with what was read of it. */
  #next: { readonly input: Input; readonly coin: unknown; readonly time: Millis } | undefined;

  constructor(
    readonly settings: EnrichSettings,
    restored: Restored,
    /** Prices the posts within this span again, at the end; undefined: all as they come. */
    readonly span?: { readonly from: Millis; readonly to: Millis },
  ) {
    const { maxAge: maxAgeMs } = settings;
    const live = { rules: timeRules(settings), maxKept: MAX_KEPT, maxPending: MAX_PENDING };
    const all = { rules: { ...live.rules, latenessMs: ALL }, maxKept: ALL, maxPending: ALL };
    const limits = { maxAgeMs, keepMs: KEEP, ...(span === undefined ? live : all) };
    this.#join = new AsOfJoin(limits, seriesRules(settings), restored);
    this.#reasons = {
      'no series': 'no price source',
      'too old': `no price within ${formatSpan(maxAgeMs)}`,
      'not kept': 'prices of its time were no longer kept',
    };
  }

  accept(input: Input, out: Emitter): void {
    if (input.topic === POSTS) this.#acceptPost(input, out);
    else if (isBarTopic(input.topic)) this.#acceptBar(input.value, out);
    else this.#acceptTick(input.value, out);
  }

  comesAfterOthers(input: Input): boolean {
    if (input.topic !== POSTS || this.span !== undefined) return false;
    if (this.#next?.input !== input) {
      const coin = (input.value as Json | null)?.coin;
      this.#next = { input, coin, time: postRecordTime(input.value) };
    }
    const { coin, time } = this.#next;
    return typeof coin === 'string' && !Number.isNaN(time) && this.#join.canWait(coin, time);
  }

  /** When all prices have been read, no post waits for more of them. */
  inputsLeft(topics: ReadonlySet<string>, mode: 'clock' | 'all', time: Millis, out: Emitter): void {
    if (topics.size === 1 && topics.has(POSTS)) this.finish(mode, time, out);
  }

  advance({ time, monotonic, caughtUp }: Now, out: Emitter): void {
    this.#emit(this.#join.advanceIdle(time, caughtUp, monotonic), out);
  }

  finish(mode: 'clock' | 'all', time: Millis, out: Emitter): void {
    this.#emit(this.#join.finish(mode, time), out);
  }

  changes() {
    return this.#join.changes();
  }

  watermark() {
    return this.#join.watermark();
  }

  #acceptPost({ value, key, text }: Input, out: Emitter): void {
    if (value === null) {
      if (key === null) {
        out.drop('tombstone without a key');
        return;
      }
      for (let left = this.#join.remove(key); left > 0; left -= 1) out.drop('deleted');
      out.emit({ key, partitionKey: null, value: null });
      return;
    }
    const { post, id, time, coin } = readPostRecord(value);
    if (!this.#isUsed(time, 0)) return;
    this.#current =
      this.span === undefined && text !== undefined && canAppendPrice(post, text)
        ? { value: post, text }
        : undefined;
    if (coin === null) this.#emitPost(post, time, 'not about a coin', out);
    else this.#emit(this.#join.acceptLeft(coin, id, post, time), out);
    this.#current = undefined;
  }

  #acceptTick(value: unknown, out: Emitter): void {
    const { price, time } = readPrice(value);
    const series = seriesName(price.coin, price.quote, price.source, 'tick');
    if (price.bar !== undefined) out.drop('close of a bar, beside a market cap');
    else if (!this.#isAsked(price.quote)) out.drop('other quote currency');
    else this.#acceptPrice(series, price.price, time, out);
  }

  /** A bar's close is known at its end. */
  #acceptBar(value: unknown, out: Emitter): void {
    const { bar, end } = readBar(value);
    const series = seriesName(bar.base, bar.quote, bar.source, 'bar');
    const last = this.#join.latest(series, end);
    if (!bar.final) out.drop('bar is not final');
    else if (!this.#isAsked(bar.quote)) out.drop('other quote currency');
    else if (last?.time === end && last.item === bar.close) out.drop('repeat');
    else this.#acceptPrice(series, bar.close, end, out);
  }

  #isAsked(quote: string): boolean {
    const { prices } = this.settings;
    return prices.length === 0 || prices.includes(quote);
  }

  /** False for a record that a replay has no use for, even `usefulMs` after it. */
  #isUsed(time: Millis, usefulMs: Millis): boolean {
    return this.span === undefined || (time + usefulMs >= this.span.from && time < this.span.to);
  }

  #acceptPrice(series: string, price: number, time: Millis, out: Emitter): void {
    if (!this.#isUsed(time, this.settings.maxAge)) return;
    const { lateMs, decided } = this.#join.acceptRight(series, price, time);
    if (lateMs > 0) out.late('a post that it would have served had left', lateMs, this.#missed(time));
    this.#emit(decided, out);
  }

  /** The posts that a price of this time could have served, and the flags of their replay. */
  #missed(time: Millis): MissedWindows {
    const { maxAge, prices, prefer } = this.settings;
    const lists = [
      ['--price-quote', prices],
      ['--prefer', prefer],
    ] as const;
    return {
      from: time,
      to: time + maxAge + 1,
      windows: [],
      flags: [
        ...(maxAge === options.maxAge.fallback ? [] : [`--max-age ${formatSpan(maxAge)}`]),
        ...lists.flatMap(([flag, names]) => (names.length === 0 ? [] : [`${flag} ${names.join(',')}`])),
      ],
    };
  }

  #emit(decided: readonly AsOf<Json, number>[], out: Emitter): void {
    for (const { left: post, leftTime, match, isForced } of decided) {
      if (isForced) out.warn?.(TOO_MANY);
      if (match === 'not kept') out.warn?.(NOT_KEPT);
      this.#emitPost(post, leftTime, this.#found(match), out);
    }
  }

  #emitPost(post: Json, time: Millis, found: PostPrice | string, out: Emitter): void {
    const price = priceOfPost(time, found);
    const base = this.#current?.value === post ? this.#current : undefined;
    const value = base === undefined ? { ...post, ...price } : price;
    out.emit({ key: post.id as string, partitionKey: post.tag as string, value, base });
  }

  #found(match: AsOf<Json, number>['match']) {
    if (typeof match === 'string') return this.#reasons[match];
    const [, quote, source] = partsOf(match.series);
    return { price: match.item, quote, source, time: match.time };
  }
}

export const enrich = defineProcessor({
  name: 'enrich',
  summary: 'Give each post the newest price of its coin at or before its time, with source and age.',
  inputs: [{ topic: POSTS, time: postRecordTime }, ...PRICES_BESIDE_POSTS],
  output: { topic: 'tweets-priced', schema: 'tweet-priced/1' },
  options,
  examples: [
    'cryptopipe process enrich',
    'cryptopipe process enrich --max-age 2m --price-quote usdt,usd --prefer kraken,coinbase --once',
  ],
  build: (settings, restored) => new Enrich(settings, restored),
  replay: {
    build: (settings, from, to) => new Enrich(settings, new Map(), { from, to }),
    timeField: 'created_at',
    idOf: (key, { tag }) => joinKey(key, String(tag)),
    // An older price, or none.
    isLess: ({ price_age_ms: age }, { price_age_ms: old }) =>
      typeof old === 'number' && (typeof age !== 'number' || age > old),
    kept: [],
  },
});
