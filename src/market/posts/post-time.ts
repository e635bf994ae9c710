import { epochTime, FIRST_MICROS, type Millis, readTime } from '../../core/util/time.ts';

/** Ids since November 2010 contain their time: milliseconds since this instant, above the low 22 bits. */
export const SNOWFLAKE_EPOCH: Millis = 1_288_834_974_657;
/** Smaller ids are sequential and contain no time (before 4 November 2010). */
const FIRST_SNOWFLAKE = 29_700_859_247n;

/** The time in a post id, to the millisecond; NaN for an id older than November 2010. */
export function timeOfId(id: string): Millis {
  const number = BigInt(id);
  return number < FIRST_SNOWFLAKE ? Number.NaN : Number(number >> 22n) + SNOWFLAKE_EPOCH;
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const V1_TIME = /^\w{3} (\w{3}) (\d{2}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4}) (\d{4})$/;

/** RFC 2822, as X's oldest search API wrote it: `Wed, 10 Oct 2018 20:19:24 +0000`. */
const RFC_TIME = /^\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4}|GMT)$/;
const EPOCH = /^\d{9,14}(?:\.\d+)?$/;

function ofParts(year: string, month: string, day: string, clock: string, zone: string): Millis {
  const at = MONTHS.indexOf(month);
  if (at < 0 || at % 3 !== 0) return Number.NaN;
  return readTime(
    `${year}-${String(at / 3 + 1).padStart(2, '0')}-${day}T${clock}${zone === 'GMT' ? 'Z' : zone}`,
  );
}

/**
 * Parses v1.1's `Wed Oct 10 20:19:24 +0000 2018`, RFC 2822, ISO 8601 (also with ` UTC` behind it) or an epoch in seconds
 * or milliseconds, whatever the locale. NaN if the text is not a time.
 */
export function readTweetTime(text: string): Millis {
  // It starts with a digit: v2's ISO form, which needs no pattern.
  if (text.charCodeAt(0) < 65) {
    if (EPOCH.test(text)) return epochTime(Number(text));
    return readTime(text.endsWith(' UTC') ? `${text.slice(0, -4)}Z` : text);
  }
  const v1 = V1_TIME.exec(text);
  if (v1 !== null) return ofParts(v1[5]!, v1[1]!, v1[2]!, v1[3]!, v1[4]!);
  const rfc = RFC_TIME.exec(text);
  return rfc === null ? Number.NaN : ofParts(rfc[3]!, rfc[2]!, rfc[1]!, rfc[4]!, rfc[5]!);
}

/** The time of `created_at` (a text, or an epoch in seconds or milliseconds) if given, otherwise the time in the id. NaN if there is none. */
export function tweetTimeOf(createdAt: unknown, id: unknown): Millis {
  if (typeof createdAt === 'string') return readTweetTime(createdAt);
  if (typeof createdAt === 'number')
    return createdAt >= 1e8 && createdAt < FIRST_MICROS ? epochTime(createdAt) : Number.NaN;
  if (createdAt !== undefined && createdAt !== null) return Number.NaN;
  return typeof id === 'string' && /^\d{1,19}$/.test(id) ? timeOfId(id) : Number.NaN;
}
