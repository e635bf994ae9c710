import { type Millis, readTime } from '../../core/util/time.ts';

/** Ids since November 2010 hold their time: milliseconds since this instant, above 22 bits. */
const SNOWFLAKE_EPOCH: Millis = 1_288_834_974_657;
/** Ids below were counted one by one and hold no time (4 November 2010). */
const FIRST_SNOWFLAKE = 29_700_859_247n;

/** The time in a post id, to the millisecond; NaN for an id older than November 2010. */
export function timeOfId(id: string): Millis {
  const number = BigInt(id);
  return number < FIRST_SNOWFLAKE ? Number.NaN : Number(number >> 22n) + SNOWFLAKE_EPOCH;
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const V1_TIME = /^\w{3} (\w{3}) (\d{2}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4}) (\d{4})$/;

/** v1.1's `Wed Oct 10 20:19:24 +0000 2018`, else ISO 8601. English names whatever the locale. NaN if it is no time. */
export function readTweetTime(text: string): Millis {
  // A digit: v2's ISO form, without the cost of the pattern.
  if (text.charCodeAt(0) < 65) return readTime(text);
  const match = V1_TIME.exec(text);
  if (match === null) return Number.NaN;
  const [, name = '', day, clock, zone, year] = match;
  const at = MONTHS.indexOf(name);
  if (at < 0 || at % 3 !== 0) return Number.NaN;
  return readTime(`${year}-${String(at / 3 + 1).padStart(2, '0')}-${day}T${clock}${zone}`);
}

/** `created_at` where it is given, else the time in the id. NaN when neither is a time. */
export function tweetTimeOf(createdAt: unknown, id: unknown): Millis {
  if (typeof createdAt === 'string') return readTweetTime(createdAt);
  if (createdAt !== undefined && createdAt !== null) return Number.NaN;
  return typeof id === 'string' && /^\d{1,19}$/.test(id) ? timeOfId(id) : Number.NaN;
}
