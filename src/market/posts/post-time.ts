import { type Millis, readTime } from '../../core/util/time.ts';

/** Ids since November 2010 contain their time: milliseconds since this instant, above the low 22 bits. */
const SNOWFLAKE_EPOCH: Millis = 1_288_834_974_657;
/** Smaller ids are sequential and contain no time (before 4 November 2010). */
const FIRST_SNOWFLAKE = 29_700_859_247n;

/** The time in a post id, to the millisecond; NaN for an id older than November 2010. */
export function timeOfId(id: string): Millis {
  const number = BigInt(id);
  return number < FIRST_SNOWFLAKE ? Number.NaN : Number(number >> 22n) + SNOWFLAKE_EPOCH;
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const V1_TIME = /^\w{3} (\w{3}) (\d{2}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4}) (\d{4})$/;

/** Parses v1.1's `Wed Oct 10 20:19:24 +0000 2018` or ISO 8601, whatever the locale. NaN if the text is not a time. */
export function readTweetTime(text: string): Millis {
  // It starts with a digit: v2's ISO form, which needs no pattern.
  if (text.charCodeAt(0) < 65) return readTime(text);
  const match = V1_TIME.exec(text);
  if (match === null) return Number.NaN;
  const [, name = '', day, clock, zone, year] = match;
  const at = MONTHS.indexOf(name);
  if (at < 0 || at % 3 !== 0) return Number.NaN;
  return readTime(`${year}-${String(at / 3 + 1).padStart(2, '0')}-${day}T${clock}${zone}`);
}

/** The time of `created_at` if given, otherwise the time in the id. NaN if there is none. */
export function tweetTimeOf(createdAt: unknown, id: unknown): Millis {
  if (typeof createdAt === 'string') return readTweetTime(createdAt);
  if (createdAt !== undefined && createdAt !== null) return Number.NaN;
  return typeof id === 'string' && /^\d{1,19}$/.test(id) ? timeOfId(id) : Number.NaN;
}
