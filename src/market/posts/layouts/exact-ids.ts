import { isObject, type Json, parseExact } from '../../../core/util/json.ts';
import { complianceEventOf } from '../compliance-event.ts';
import { asObject } from '../fields.ts';

const isRounded = (value: unknown): boolean =>
  typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;

const holdsRounded = (value: unknown): boolean =>
  isObject(value) || Array.isArray(value) ? Object.values(value).some(holdsRounded) : isRounded(value);

/** Whether JSON.parse may have rounded an id that has no text form beside it. */
function needsExactIds(value: Json): boolean {
  const post = asObject(value.data) ?? value;
  if (isRounded(post.id_str) || (post.id_str == null && isRounded(post.id))) return true;
  return complianceEventOf(value) !== undefined && holdsRounded(value);
}

/** Ids as texts: whole numbers past 2^53 keep their digits only so. */
function idsAsTexts(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(idsAsTexts);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, idsAsTexts(part)]));
}

/** The value with its ids read from their digits in `text`; the same object where JSON.parse rounded none. */
export const withExactIds = (value: Json, text: string): Json =>
  needsExactIds(value) ? (idsAsTexts(parseExact(text)) as Json) : value;
