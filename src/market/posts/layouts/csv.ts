import { InvalidRecord } from '../../../core/stream/record.ts';
import { murmur2 } from '../../../core/util/hash.ts';
import type { Json } from '../../../core/util/json.ts';
import { readTweetTime, SNOWFLAKE_EPOCH } from '../post-time.ts';

/** The spellings of each column in CSV exports of posts: Kaggle's collections, twint, snscrape, tweepy. */
const NAMES = {
  id: ['id', 'id_str', 'tweet_id', 'tweetid', 'tweet id', 'status_id'],
  time: ['created_at', 'datetime', 'timestamp', 'date', 'tweet_date', 'post_date'],
  clock: ['time'],
  text: ['text', 'tweet', 'full_text', 'content', 'rawcontent', 'body', 'tweet_text'],
  username: ['username', 'user_name', 'screen_name', 'user_screen_name', 'handle', 'user', 'writer'],
  name: ['name', 'fullname', 'display_name'],
  userId: ['user_id', 'author_id', 'user_id_str'],
  followers: ['user_followers', 'followers_count', 'followers', 'user_followers_count'],
  verified: ['user_verified', 'verified'],
  likes: ['likes', 'likes_count', 'like_count', 'favorite_count', 'like_num', 'favorites'],
  retweets: ['retweets', 'retweets_count', 'retweet_count', 'retweet_num'],
  replies: ['replies', 'replies_count', 'reply_count', 'comment_num'],
  quotes: ['quote_count', 'quotes'],
  lang: ['lang', 'language'],
  hashtags: ['hashtags'],
  cashtags: ['cashtags'],
  isRetweet: ['is_retweet', 'retweet', 'isretweet'],
} as const;
type Field = keyof typeof NAMES;

/** The column of each field. */
type Columns = Readonly<Partial<Record<Field, string>>>;

const columnsOf = (header: readonly string[]): Columns =>
  Object.fromEntries(
    (Object.keys(NAMES) as Field[]).flatMap((field) => {
      const spellings: readonly string[] = NAMES[field];
      const found = spellings
        .map((spelling) => header.find((name) => name.trim().toLowerCase() === spelling))
        .find((name) => name !== undefined);
      return found === undefined ? [] : [[field, found]];
    }),
  );

/** What a CSV of posts lacks, by its header: its times, its texts; undefined if it has both. */
export function missingPostColumns(header: readonly string[]): string | undefined {
  const { time, text } = columnsOf(header);
  const missing = [...(time === undefined ? ['created_at'] : []), ...(text === undefined ? ['text'] : [])];
  return missing.length === 0 ? undefined : missing.join(' and ');
}

/** Low bits of an id; the high ones are its time. */
const LOW_BITS = 22n;

/** An id for a row without one: its time, and a hash of author and text, so that the same row gets the same id again. */
const madeId = (time: number, username: string, text: string): string =>
  String(
    (BigInt(time - SNOWFLAKE_EPOCH) << LOW_BITS) |
      (BigInt(murmur2(`${username}\n${text}`) >>> 0) & ((1n << LOW_BITS) - 1n)),
  );

/** `8534.0`, as pandas writes a count of a column with gaps. */
const countOf = (cell: string | undefined): number | string | undefined => {
  if (cell === undefined || cell.trim() === '' || /^(?:nan|none|null)$/i.test(cell.trim())) return undefined;
  return /^\d{1,15}(?:\.0+)?$/.test(cell.trim()) ? Number(cell) : cell;
};

/** `['bitcoin', 'btc']`, as Python prints a list. */
const tagsOf = (cell: string | undefined): readonly { text: string }[] =>
  [...(cell ?? '').matchAll(/[\p{L}\p{N}_]+/gu)].map(([text]) => ({ text }));

const isTrue = (cell: string | undefined): boolean => /^(?:true|1)$/i.test(cell?.trim() ?? '');

/** A row of a CSV of posts, as v1.1 has it. Throws InvalidRecord where the columns have no time or no text. */
export function fromCsvRow(row: Readonly<Record<string, string>>): Json {
  const columns = columnsOf(Object.keys(row));
  if (columns.time === undefined || columns.text === undefined)
    throw new InvalidRecord(`the row has no ${columns.time === undefined ? 'time' : 'text'} of a post`);
  const cell = (field: Field): string | undefined => {
    const name = columns[field];
    return name === undefined ? undefined : row[name];
  };
  const text = cell('text') ?? '';
  const clock = cell('clock');
  const day = cell('time')?.trim() ?? '';
  const created_at = clock !== undefined && /^\d{4}-\d\d-\d\d$/.test(day) ? `${day} ${clock.trim()}` : day;
  const time = readTweetTime(created_at);
  const id =
    cell('id')?.trim() || (time > SNOWFLAKE_EPOCH ? madeId(time, cell('username') ?? '', text) : undefined);
  return {
    id_str: id,
    created_at,
    text: isTrue(cell('isRetweet')) && !/^RT @/.test(text) ? `RT @: ${text}` : text,
    lang: cell('lang') || undefined,
    favorite_count: countOf(cell('likes')),
    retweet_count: countOf(cell('retweets')),
    reply_count: countOf(cell('replies')),
    quote_count: countOf(cell('quotes')),
    entities: { hashtags: tagsOf(cell('hashtags')), symbols: tagsOf(cell('cashtags')), urls: [] },
    user: {
      id_str: cell('userId') || undefined,
      screen_name: cell('username') || undefined,
      name: cell('name') || undefined,
      followers_count: countOf(cell('followers')),
      verified: columns.verified === undefined ? undefined : isTrue(cell('verified')),
    },
  };
}
