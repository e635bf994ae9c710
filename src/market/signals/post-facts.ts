import { InvalidRecord } from '../../core/stream/record.ts';
import { preview } from '../../core/util/json.ts';
import type { Millis } from '../../core/util/time.ts';
import { textOrNull } from '../posts/fields.ts';
import { fields, instant, symbol } from '../prices/checks.ts';

/** What signals need of a post about one coin. Plain data. */
export interface PostFacts {
  readonly coin: string;
  readonly time: Millis;
  readonly source: string;
  readonly author: string | null;
  readonly followers: number | null;
  /** Sentiment in 1/10,000: whole numbers add up without rounding. Null if the post was not scored. */
  readonly score: number | null;
  readonly hashtags: readonly string[];
  readonly marks: readonly string[];
  readonly text: string;
}

/** Units of a score. */
export const SCORE_UNITS = 10_000;
/** Hashtags of one post that count; spam has hundreds. */
const MOST_HASHTAGS = 30;
const LONGEST_WORD = 100;
/** The bot marks of a post itself. */
const MARKS: readonly string[] = ['bot', 'cashtags', 'airdrop'];

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];

const nameOf = (value: unknown): string | null => textOrNull(value)?.slice(0, LONGEST_WORD) ?? null;

function scoreOf(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !(value >= -1 && value <= 1))
    throw new InvalidRecord(`sentiment_score: ${preview(value)} is not a number from -1 to 1`);
  return Math.round(value * SCORE_UNITS);
}

const countOf = (value: unknown): number | null =>
  typeof value === 'number' && value >= 0 && Number.isSafeInteger(value) ? value : null;

/** Reads a value of topic `tweets-processed`; null for a post about no coin. Fields that `select --fields` leaves out are null. Throws InvalidRecord. */
export function readPostFacts(value: unknown): PostFacts | null {
  const row = fields(value);
  const time = instant(row.created_at, 'created_at');
  if (row.coin === null || row.coin === undefined) return null;
  return {
    coin: symbol(row.coin, 'coin'),
    time,
    source: nameOf(row.source) ?? 'unknown',
    author: nameOf(row.author_id) ?? nameOf(row.username),
    followers: countOf(row.followers_count),
    score: scoreOf(row.sentiment_score),
    hashtags: textsIn(row.hashtags)
      .slice(0, MOST_HASHTAGS)
      .map((tag) => tag.slice(0, LONGEST_WORD).toLowerCase()),
    marks: MARKS.filter((name) => textsIn(row.bot_marks).includes(name)),
    text: textOrNull(row.text) ?? '',
  };
}
