import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject, type Json, preview } from '../../core/util/json.ts';
import { formatTime, type Millis, readTime } from '../../core/util/time.ts';

/** A parsed value of topic `tweets-processed`; fields besides these pass through. */
export interface PostRecord {
  readonly post: Json;
  readonly id: string;
  readonly time: Millis;
  /** Lower-case symbol; null for a tag without a coin. */
  readonly coin: string | null;
  readonly tag: string;
}

/** The price of a post's coin. */
export interface PostPrice {
  readonly price: number;
  readonly quote: string;
  readonly source: string;
  /** At or before the post's. */
  readonly time: Millis;
}

/** The event time of a parsed value of topic `tweets-processed`; NaN without one. */
export function postRecordTime(value: unknown): Millis {
  const text = (value as Json | null)?.created_at;
  return typeof text === 'string' ? readTime(text) : Number.NaN;
}

function requiredText(post: Json, field: string): string {
  const value = post[field];
  if (typeof value !== 'string' || value === '')
    throw new InvalidRecord(`${field}: ${preview(value)} is not a text`);
  return value;
}

/** Checks the fields of a post that are needed to price it. Throws InvalidRecord. */
export function readPostRecord(post: unknown): PostRecord {
  if (!isObject(post)) throw new InvalidRecord('not an object');
  const time = postRecordTime(post);
  if (Number.isNaN(time)) throw new InvalidRecord(`created_at: ${preview(post.created_at)} is not a time`);
  const coin = post.coin == null ? null : requiredText(post, 'coin');
  return { post, id: requiredText(post, 'id'), time, coin, tag: requiredText(post, 'tag') };
}

/** What a value of topic `tweets-priced` adds to the post: its price, or the reason why there is none. */
export function priceOfPost(time: Millis, found: PostPrice | string) {
  const isFound = typeof found !== 'string';
  return {
    price: isFound ? found.price : null,
    price_quote: isFound ? found.quote : null,
    price_source: isFound ? found.source : null,
    price_time: isFound ? formatTime(found.time) : null,
    price_age_ms: isFound ? time - found.time : null,
    price_reason: isFound ? null : found,
    revision: 1,
  };
}

const ADDED = Object.keys(priceOfPost(0, ''));

/** Whether the fields of a price can be appended to the text of a post: it has none of them yet. */
export const canAppendPrice = (post: Json, text: string): boolean =>
  text.endsWith('}') && !ADDED.some((field) => Object.hasOwn(post, field));
