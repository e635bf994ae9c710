import { InvalidRecord } from '../../core/stream/record.ts';
import type { Dataset } from '../../market/catalog/datasets.ts';
import { coinName } from '../../market/text/coins.ts';
import type { Connection } from './client/connection.ts';

type Row = Readonly<Record<string, unknown>>;

/** The collections of one topic. */
export interface Collections {
  /** True when each coin has its own collection. */
  readonly byCoin: boolean;
  /** Throws InvalidRecord for a record without the coin that the name needs. */
  nameFor(row: Row): string;
  /** Whether records of the topic may be in a collection of this name. */
  matches(name: string): boolean;
}

/** Collection of recent deletions; it holds no documents of topics. */
export const DELETIONS = 'cryptopipe.deletions';

const PLACEHOLDERS = ['coin', 'coin_name', 'topic'];
/** Leaves room for the database in MongoDB's 255 bytes. */
const LONGEST = 120;

/** `--collection`. Throws RangeError. */
export function parseTemplate(text: string): string {
  const unknown = [...text.matchAll(/\{([^{}]*)\}/g)].find(([, name]) => !PLACEHOLDERS.includes(name!));
  if (unknown)
    throw new RangeError(`unknown placeholder '${unknown[0]}'; use {coin}, {coin_name} or {topic}`);
  const literal = text.replace(/\{\w+\}/g, '');
  if (/[{}]/.test(literal)) throw new RangeError(`'${text}' has an unmatched brace; write {coin}`);
  if (text === '' || /[$\0]/.test(text) || text.startsWith('system.') || Buffer.byteLength(text) > LONGEST)
    throw new RangeError(
      `'${text}' is not a valid collection name: use 1 to ${LONGEST} bytes, without '$' and not starting with 'system.'`,
    );
  return text;
}

/** A coin's symbol, or the tag of a post about no coin, as part of a name. */
const part = (text: string): string => text.replace(/[^\p{L}\p{N}_-]+/gu, '_').slice(0, 60);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const SUBJECTS = ['coin', 'tag', 'base'];

function subjectOf(row: Row): string {
  const column = SUBJECTS.find((name) => typeof row[name] === 'string' && row[name] !== '');
  if (column === undefined) throw new InvalidRecord('it has no coin or tag to name its collection');
  return row[column] as string;
}

/** Posts have a collection per coin, as in the database of the lake-house project; other topics have one each. */
const defaultTemplate = ({ name }: Dataset): string =>
  name === 'tweets_processed' ? '{coin_name}' : '{topic}';

const needsCoin = (template: string): boolean => /\{coin(_name)?\}/.test(template);

/** Errors of a template for a topic: it needs a coin, and the records have none. */
export function templateErrorsFor(
  given: string | undefined,
  dataset: Dataset,
  topic: string,
): readonly string[] {
  const template = given ?? defaultTemplate(dataset);
  if (!needsCoin(template) || dataset.columns.some(({ name }) => SUBJECTS.includes(name))) return [];
  return [
    `--collection: records of topic '${topic}' have no coin, so ${template} names no collection; write --collection '{topic}', or omit it`,
  ];
}

/** Call only when `templateErrorsFor` returned nothing. */
export function collectionsOf(given: string | undefined, dataset: Dataset, topic: string): Collections {
  const template = given ?? defaultTemplate(dataset);
  const byCoin = needsCoin(template);
  const known = new Map<string, string>();
  const filled = (subject: string): string =>
    template.replace(/\{(\w+)\}/g, (_, name: string) => {
      if (name === 'topic') return topic;
      return part(name === 'coin' ? subject : coinName(subject));
    });
  const pattern = template
    .split(/(\{\w+\})/)
    .map((piece) => {
      if (piece === '{topic}') return escaped(topic);
      return piece.startsWith('{') ? '[\\p{L}\\p{N}_-]+' : escaped(piece);
    })
    .join('');
  const matching = new RegExp(`^${pattern}$`, 'u');
  return {
    byCoin,
    nameFor(row) {
      const subject = byCoin ? subjectOf(row) : '';
      const name = known.get(subject) ?? filled(subject);
      known.set(subject, name);
      return name;
    },
    matches: (name) => matching.test(name),
  };
}

/** Names of existing collections that match; no views, and no time series, which cannot delete by key. */
export async function existingCollections(
  { matches: means }: Collections,
  { db, withRetry }: Pick<Connection, 'db' | 'withRetry'>,
): Promise<readonly string[]> {
  const found: readonly { name: string; type?: string }[] = await withRetry(() =>
    db.listCollections({}, { nameOnly: true }).toArray(),
  );
  return found
    .filter(({ name, type }) => type !== 'view' && type !== 'timeseries' && name !== DELETIONS && means(name))
    .map(({ name }) => name);
}
