import { fittingName, LONGEST_TOPIC } from '../../core/text/topic-name.ts';
import { coinName } from '../text/coins.ts';

/** A placeholder in braces in an output topic's name. */
export type Placeholder = 'coin' | 'coin_name' | 'tag' | 'lang';
const PLACEHOLDER = /\{(coin|coin_name|tag|lang)\}/g;

type Fields = Readonly<Partial<Record<'coin' | 'tag' | 'lang', unknown>>>;

/**
 * Characters of a record's fields that are replaced in a topic name (a rule's tag may be any text). Dots are excluded too,
 * so that no text names an internal topic (`<app>.places`) or one that Kafka rejects: `.`, `..`, or `a.b` beside `a_b`.
 */
const INVALID = /[^a-zA-Z0-9_-]+/g;
/** The prefix of Kafka's internal topics, which are not writable. */
const INTERNAL_PREFIX = /^__+/;
/** Maximum characters of one placeholder, so that the rest of the template fits into Kafka's 249. */
const LONGEST = 100;
/** X's code for an unknown language. */
const UNKNOWN_LANGUAGE = 'und';

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const clean = (text: string): string => text.replace(INVALID, '_').slice(0, LONGEST);

/** The text for `{name}`; the partition key if the record lacks the field. */
function part(name: Placeholder, fields: Fields, partitionKey: string): string {
  if (name === 'lang') return clean(isText(fields.lang) ? fields.lang : UNKNOWN_LANGUAGE);
  if (name === 'coin_name') return clean(isText(fields.coin) ? coinName(fields.coin) : partitionKey) || '_';
  const value = fields[name];
  return clean(String(value ?? '') || partitionKey) || '_';
}

/** The placeholders in a topic's name. */
export const placeholdersIn = (template: string): Placeholder[] =>
  [...template.matchAll(PLACEHOLDER)].map(([, name]) => name as Placeholder);

/**
 * The topic of a record: fills `{lang}_tweets` from the record's fields, with `und` for an unknown language. Dots and
 * characters that are invalid in topic names become `_`, so every bus accepts the name whatever the fields contain.
 */
export function fillTopic(template: string, fields: Fields, partitionKey: string): string {
  const filled = template.replace(PLACEHOLDER, (_, name: Placeholder) => part(name, fields, partitionKey));
  return filled === template ? template : fittingName(filled.replace(INTERNAL_PREFIX, '_'), LONGEST_TOPIC);
}
