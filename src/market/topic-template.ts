import { coinName } from './coins.ts';

/** What stands in braces in the name of a topic that records are routed by. */
export type Placeholder = 'coin' | 'coin_name' | 'tag' | 'lang';
const PLACEHOLDER = /\{(coin|coin_name|tag|lang)\}/g;

type Fields = Readonly<Partial<Record<'coin' | 'tag' | 'lang', unknown>>>;

/** What a topic's name cannot hold; a rule's tag may be any text. */
const IMPOSSIBLE = /[^a-zA-Z0-9._-]+/g;
/** Leaves room for what stands around it in Kafka's 249 characters. */
const LONGEST = 100;
/** X's word for a language that is not known. */
const NO_LANGUAGE = 'und';

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The text for `{name}`; of a record without that field, what its partition is picked by. */
function part(name: Placeholder, fields: Fields, by: string): string {
  if (name === 'lang') return isText(fields.lang) ? fields.lang : NO_LANGUAGE;
  if (name === 'coin_name') return isText(fields.coin) ? coinName(fields.coin) : by;
  const value = fields[name];
  return value === undefined || value === null ? by : String(value);
}

/** The placeholders in a topic's name; none in a plain name. */
export const placeholdersIn = (template: string): Placeholder[] =>
  [...template.matchAll(PLACEHOLDER)].map(([, name]) => name as Placeholder);

/**
 * The topic that a record goes to: `{lang}_tweets` with the record's own field, `und` for a language that is not known.
 * Characters that no topic's name has become `_`.
 */
export const fillTopic = (template: string, fields: Fields, by: string): string =>
  template.replace(PLACEHOLDER, (_, name: Placeholder) =>
    part(name, fields, by).replace(IMPOSSIBLE, '_').slice(0, LONGEST),
  );
