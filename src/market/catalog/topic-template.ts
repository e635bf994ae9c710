import { fittingName, LONGEST_TOPIC } from '../../core/text/topic-name.ts';
import { coinName } from '../text/coins.ts';

/** What stands in braces in the name of a topic that records are routed by. */
export type Placeholder = 'coin' | 'coin_name' | 'tag' | 'lang';
const PLACEHOLDER = /\{(coin|coin_name|tag|lang)\}/g;

type Fields = Readonly<Partial<Record<'coin' | 'tag' | 'lang', unknown>>>;

/**
 * What the text of a record does not bring into a topic's name; a rule's tag may be any text. Without dots no text names a
 * topic of the pipeline's own (`<app>.places`), nor one that Kafka refuses: `.`, `..`, and `a.b` beside `a_b`.
 */
const IMPOSSIBLE = /[^a-zA-Z0-9_-]+/g;
/** Kafka's own topics begin like that: nobody may write to them. */
const KAFKAS_OWN = /^__+/;
/** Leaves room for what stands around it in Kafka's 249 characters. */
const LONGEST = 100;
/** X's word for a language that is not known. */
const NO_LANGUAGE = 'und';

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const clean = (text: string): string => text.replace(IMPOSSIBLE, '_').slice(0, LONGEST);

/** The text for `{name}`; of a record without that field, what its partition is picked by. */
function part(name: Placeholder, fields: Fields, by: string): string {
  if (name === 'lang') return clean(isText(fields.lang) ? fields.lang : NO_LANGUAGE);
  if (name === 'coin_name') return clean(isText(fields.coin) ? coinName(fields.coin) : by) || '_';
  const value = fields[name];
  return clean(String(value ?? '') || by) || '_';
}

/** The placeholders in a topic's name; none in a plain name. */
export const placeholdersIn = (template: string): Placeholder[] =>
  [...template.matchAll(PLACEHOLDER)].map(([, name]) => name as Placeholder);

/**
 * The topic that a record goes to: `{lang}_tweets` with the record's own field, `und` for a language that is not known.
 * Characters that no topic's name has, and dots, become `_`. Whatever the fields hold, every bus takes the name.
 */
export function fillTopic(template: string, fields: Fields, by: string): string {
  const filled = template.replace(PLACEHOLDER, (_, name: Placeholder) => part(name, fields, by));
  return filled === template ? template : fittingName(filled.replace(KAFKAS_OWN, '_'), LONGEST_TOPIC);
}
