import { InvalidRecord } from '../../core/stream/record.ts';
import { type Json, preview } from '../../core/util/json.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import { scanText } from '../text/lexicon/scan.ts';
import type { Tweet } from './body.ts';
import { asObject, requiredId } from './fields.ts';
import { networkOf } from './networks/networks.ts';
import { tweetTimeOf } from './post-time.ts';
import { readV1 } from './v1.ts';
import { readV2 } from './v2.ts';

/** v2 wraps the post in `data`; a v1.1 line is the post itself. */
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

/** The id of a post in any form of a stream. Throws InvalidRecord. */
export function tweetId(value: unknown): string {
  const network = networkOf(value);
  if (network !== undefined) return network.idOf(value as Json);
  const { post, isV2 } = postOf(value);
  return idOf(post, isV2);
}

/** Event time of a line, NaN if it has none; never throws. */
export function tweetTime(value: unknown): Millis {
  const line = asObject(value);
  const network = networkOf(line);
  if (network !== undefined) return network.timeOf(line!);
  const post = asObject(line?.data) ?? line;
  return tweetTimeOf(post?.created_at, post?.id_str ?? post?.id);
}

/** Reads a v2 stream object, a v1.1 post or a line of another network; ignores unknown fields. Throws InvalidRecord. */
export function readTweet(value: unknown): Tweet {
  const network = networkOf(value);
  if (network !== undefined) return network.readPost(value as Json);
  const { line, post, isV2 } = postOf(value);
  const id = idOf(post, isV2);
  const time = tweetTimeOf(post.created_at, id);
  if (Number.isNaN(time)) throw new InvalidRecord(`created_at: ${preview(post.created_at)} is not a time`);
  const badFields: string[] = [];
  const body = isV2 ? readV2(line, post, badFields) : readV1(post, badFields);
  return { id, time, created_at: canonical(post.created_at, time), body, badFields };
}

/** Maximum characters of a post in all its fields. X's longest text has 25,000, and the output repeats it per coin and tag. */
const LONGEST_POST = 200_000;

const lengthOf = (texts: readonly string[]): number => texts.reduce((sum, { length }) => sum + length + 3, 0);

/** Throws InvalidRecord for a post whose texts, lists and names are longer in total than a real post's. */
export function refuseHuge({ body }: Tweet): void {
  const { text, tags, hashtags, cashtags, urls, lang, author_id, username, name } = body;
  let length = text.length;
  for (const part of [lang, author_id, username, name]) length += part?.length ?? 0;
  for (const list of [tags, hashtags, cashtags, urls]) length += lengthOf(list);
  if (length > LONGEST_POST)
    throw new InvalidRecord(
      `its fields have ${length} characters, more than a post can have (${LONGEST_POST})`,
    );
}

/** Keeps X's text if it is already canonical: formatting a time costs as much as reading the whole post. */
const canonical = (text: unknown, time: Millis): string =>
  typeof text === 'string' && text.length === 24 && text[10] === 'T' && text[23] === 'Z'
    ? text
    : formatTime(time);

/** Number of words separated by white space. */
export const countWords = (text: string): number => scanText(text).words;
