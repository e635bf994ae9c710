import type { TimedValue } from '../../core/stream/aggregations.ts';
import type { Millis } from '../../core/util/time.ts';
import { readBar, type TimedBar } from '../../market/prices/bar.ts';
import { isTrade, readPrice } from '../../market/prices/price.ts';
import { type PostFacts, readPostFacts } from '../../market/signals/post-facts.ts';
import { isBarTopic } from '../price-inputs.ts';
import type { Input } from '../processor.ts';
import { streamOf } from './coin-streams.ts';

/** What a record says about a coin between `start` and `end`. Plain data. */
export interface Fact {
  readonly coin: string;
  readonly stream: string;
  readonly start: Millis;
  /** Exclusive. */
  readonly end: Millis;
  /** The event time: of a bar its end. */
  readonly time: Millis;
  readonly post?: PostFacts;
  readonly tick?: TimedValue & { readonly quote: string; readonly source: string };
  readonly bar?: TimedBar;
}

/** Why a record says nothing about a coin. */
export type Reason = string;

function ofPost({ value, headers }: Input): Fact | Reason {
  if (value === null) return 'deletion of a post, which stays counted';
  const post = readPostFacts(value);
  if (post === null) return 'post about no coin';
  const { coin, time, source } = post;
  return {
    coin,
    stream: streamOf('posts', source, headers.from ?? ''),
    start: time,
    end: time + 1,
    time,
    post,
  };
}

function ofTick({ value, offset }: Input): Fact | Reason {
  const { price, time } = readPrice(value);
  if (price.bar !== undefined) return 'close of a bar, beside a market cap';
  const { coin, quote, source } = price;
  const size = price.size ?? undefined;
  const tick = { time, offset, value: price.price, size, isTrade: isTrade(price), quote, source };
  return { coin, stream: streamOf('ticks', source, quote), start: time, end: time + 1, time, tick };
}

function ofBar(value: unknown): Fact | Reason {
  const bar = readBar(value);
  const { base: coin, quote, source, final } = bar.bar;
  if (!final) return 'bar is not final';
  return {
    coin,
    stream: streamOf('bars', source, quote),
    start: bar.start,
    end: bar.end,
    time: bar.end,
    bar,
  };
}

/** Reads a record. Throws InvalidRecord. */
export function readFact(input: Input): Fact | Reason {
  if (input.topic === 'tweets-processed') return ofPost(input);
  return isBarTopic(input.topic) ? ofBar(input.value) : ofTick(input);
}
