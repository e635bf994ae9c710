import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject, type Json, objectsOf, preview } from '../../core/util/json.ts';

/** Readers of single JSON fields. An absent or null field gives null; one of a wrong type throws InvalidRecord. */

/** The object, or undefined for anything else. */
export const asObject = (value: unknown): Json | undefined => (isObject(value) ? value : undefined);

export const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const flagOrNull = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

/** Takes the name of each side field that has an unusable value. */
export type BadFields = string[];

/** A whole number from 0 to 2^53; null if absent, or if it is none (`"1.2K"`, NaN, -1), which is then noted in `bad`. */
export function countOrNull(value: unknown, field: string, bad: BadFields): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) return value;
  bad.push(field);
  return null;
}

/** X's longest posts have 25,000 characters. A much longer text is a broken line, and scanning it would cost memory. */
const LONGEST_TEXT = 100_000;

/** The text of a post: required, may be empty. */
export function requiredText(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new InvalidRecord(`${field}: ${preview(value)} is not a text`);
  if (value.length > LONGEST_TEXT)
    throw new InvalidRecord(`${field}: ${value.length} characters are more than a post can have`);
  return value;
}

/** X's ids have 1 to 19 digits. */
const ID = /^\d{1,19}$/;

/**
 * An id as text. `exact` is the text form (v1.1 `id_str`); `number` may be a JSON number, which is rejected above 2^53
 * because JSON.parse has already rounded its last digits.
 */
export function requiredId(exact: unknown, number: unknown, field: string): string {
  const id = exact ?? number;
  if (typeof id === 'string' && ID.test(id)) return id;
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return String(id);
  if (typeof id === 'number' && id > Number.MAX_SAFE_INTEGER)
    throw new InvalidRecord(`${field}: ${id} is above 2^53 and no longer exact; use a text id (id_str)`);
  if (id === undefined || id === null) throw new InvalidRecord(`${field} is missing`);
  throw new InvalidRecord(`${field}: ${preview(id)} is not a post id`);
}

/** An optional id; also null if its digits are lost. */
export function idOrNull(exact: unknown, number?: unknown): string | null {
  const id = exact ?? number;
  if (typeof id === 'string') return id;
  return typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : null;
}

/** A post id as text; undefined if it is not an id, or a number that has lost its last digits. */
export function exactId(exact: unknown, number?: unknown): string | undefined {
  const id = idOrNull(exact, number);
  return id !== null && ID.test(id) ? id : undefined;
}

/** Ids are numbers that increase with time. */
export const isEarlierId = (a: string, b: string): boolean =>
  a.length === b.length ? a < b : a.length < b.length;

/** The texts under `name` (or `otherName`) of each entity in a list. */
export function textsOf(value: unknown, name: string, otherName = name): string[] {
  const texts: string[] = [];
  for (const part of objectsOf(value)) {
    const text = part[name] ?? part[otherName];
    if (typeof text === 'string') texts.push(text);
  }
  return texts;
}

/** Links to X's own media, posts and articles: photos, videos, quoted posts, and the rest of a long post. */
const ON_X = /^https?:\/\/(?:www\.|mobile\.)?(?:twitter|x)\.com\/[^/]+(?:\/web)?\/(?:status|article)\/\d+/i;
const LINK = /https?:\/\/[^\s"'<>]+/g;

/**
 * The links of a post to elsewhere, expanded where X sent that: no media (which v2 lists among the links and v1.1 does
 * not) and no posts of X. A post without entities has the links of its text.
 */
export function outwardLinks(entities: Json | undefined, text: unknown): string[] {
  if (entities === undefined)
    return typeof text === 'string' && text.includes('http') ? (text.match(LINK) ?? []) : [];
  const links: string[] = [];
  for (const { expanded_url, url, media_key } of objectsOf(entities.urls)) {
    const link = expanded_url ?? url;
    if (typeof link === 'string' && media_key === undefined && !ON_X.test(link)) links.push(link);
  }
  return links;
}

/** X begins the text of a retweet with `RT @name: `; so do people who retweet by hand. */
export const isRetweetText = (text: unknown): boolean => typeof text === 'string' && /^RT @\w*:? /.test(text);

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** Undoes X's escapes of `&`, `<` and `>`, once: the user typed `&amp;lt;` as `&lt;`. */
export const unescapeText = (text: string): string =>
  text.includes('&') ? text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity]!) : text;

/** `$BTC` in a text, without the `$`. */
const CASHTAG = /(?<![\w$])\$([a-z][a-z0-9]{0,9})(?!\w)/gi;
export const cashtagsIn = (text: string): string[] =>
  text.includes('$') ? [...text.matchAll(CASHTAG)].map(([, symbol]) => symbol!) : [];
