import { InvalidRecord } from '../../core/stream/record.ts';
import { type Json, preview } from '../../core/util/json.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import { scanText } from '../text/lexicon/scan.ts';
import type { TweetBody } from './body.ts';
import { asObject, requiredId } from './fields.ts';
import { tweetTimeOf } from './time.ts';
import { readV1 } from './v1.ts';
import { readV2 } from './v2.ts';

export interface Tweet {
  readonly id: string;
  /** Event time. */
  readonly time: Millis;
  /** The same as ISO 8601 UTC with milliseconds. */
  readonly created_at: string;
  readonly body: TweetBody;
}

/** v2 wraps the post in `data`; v1.1 is the post. */
const postOf = (value: unknown): { line: Json; post: Json; isV2: boolean } => {
  const line = asObject(value);
  if (line === undefined) throw new InvalidRecord('not an object');
  const data = asObject(line.data);
  if (data === undefined && line.data !== undefined && line.data !== null)
    throw new InvalidRecord('data: not an object');
  return { line, post: data ?? line, isV2: data !== undefined };
};

const idOf = (post: Json, isV2: boolean): string =>
  isV2 ? requiredId(undefined, post.id, 'data.id') : requiredId(post.id_str, post.id, 'id_str');

/** The id of a v2 stream object or a v1.1 post. Throws Unreadable. */
export function tweetId(value: unknown): string {
  const { post, isV2 } = postOf(value);
  return idOf(post, isV2);
}

/** Event time of a line, NaN when it has none; never throws. */
export function tweetTime(value: unknown): Millis {
  const line = asObject(value);
  const post = asObject(line?.data) ?? line;
  return tweetTimeOf(post?.created_at, post?.id_str ?? post?.id);
}

/** Reads a v2 stream object or a v1.1 post, whatever else is in it. Throws Unreadable with the reason. */
export function readTweet(value: unknown): Tweet {
  const { line, post, isV2 } = postOf(value);
  const id = idOf(post, isV2);
  const time = tweetTimeOf(post.created_at, id);
  if (Number.isNaN(time)) throw new InvalidRecord(`created_at: ${preview(post.created_at)} is no time`);
  const body = isV2 ? readV2(line, post) : readV1(post);
  return { id, time, created_at: canonical(post.created_at, time), body };
}

/** Characters of a post in all its fields. X's longest text has 25,000; a post's records repeat it for each coin and tag. */
const LONGEST_POST = 200_000;

const lengthOf = (texts: readonly string[]): number => texts.reduce((sum, { length }) => sum + length + 3, 0);

/** Throws Unreadable for a post whose texts, lists and names together are longer than any post's. */
export function refuseHuge({ body }: Tweet): void {
  const { text, tags, hashtags, cashtags, urls, lang, author_id, username, name } = body;
  let length = text.length;
  for (const part of [lang, author_id, username, name]) length += part?.length ?? 0;
  for (const list of [tags, hashtags, cashtags, urls]) length += lengthOf(list);
  if (length > LONGEST_POST)
    throw new InvalidRecord(
      `its fields have ${length} characters: more than ${LONGEST_POST}, as no post has`,
    );
}

/** X's own text where it is canonical already: formatting a time costs as much as reading the whole post. */
const canonical = (text: unknown, time: Millis): string =>
  typeof text === 'string' && text.length === 24 && text.charCodeAt(23) === 90 ? text : formatTime(time);

/** Pieces between white space; an empty text has none. */
export const countWords = (text: string): number => scanText(text).words;
