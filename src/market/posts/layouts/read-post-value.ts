import { InvalidRecord } from '../../../core/stream/record.ts';
import { isObject, type Json, jsonText } from '../../../core/util/json.ts';
import { complianceEventOf } from '../compliance-event.ts';
import { asObject } from '../fields.ts';
import { networkOf } from '../networks/networks.ts';
import { fromArchive, isOfArchive } from './archive.ts';
import { fromCamelCase, isCamelCase } from './camel-case.ts';
import { fromCsvRow } from './csv.ts';
import { withExactIds } from './exact-ids.ts';
import { fromExtendedJson, isExtendedJson } from './extended-json.ts';
import { otherNetwork } from './other-networks.ts';
import { isBareV2, postsOfPage, wrapV2 } from './v2.ts';

/** A post or notice in one of the two forms of X's streams, and its JSON text. */
export interface PostLine {
  readonly value: Json;
  readonly line: string;
}

/** X's batch compliance jobs name a post and what its holder must do. */
const isComplianceJob = ({ id, action, reason }: Json): boolean =>
  typeof id === 'string' && typeof action === 'string' && typeof reason === 'string';

/** One object in the forms of X's streams: v2's `{"data": {...}}`, a v1.1 post, or a notice. The same object if it is one. */
function toStreamForm(value: Json): readonly Json[] {
  if (Array.isArray(value.data)) return postsOfPage(value);
  if (value.data == null && asObject(value.meta)?.result_count === 0) return [];
  if (asObject(value.data) !== undefined) return [value];
  if (Array.isArray(value.statuses)) return value.statuses as readonly Json[];
  if (asObject(value._source) !== undefined) return toStreamForm(value._source as Json);
  const archived = asObject(value.tweet);
  if (archived?.created_at !== undefined || archived?.deleted_at !== undefined)
    return [fromArchive(archived)];
  if (isComplianceJob(value))
    return [value.action === 'delete' ? { delete: { status: { id_str: value.id } } } : { event: value }];
  if (networkOf(value) !== undefined || complianceEventOf(value) !== undefined) return [value];
  if (isBareV2(value)) return [wrapV2(value)];
  if (isOfArchive(value)) return [fromArchive(value)];
  if (isCamelCase(value)) return [fromCamelCase(value)];
  const network = value.id_str === undefined ? otherNetwork(value) : undefined;
  if (network !== undefined)
    throw new InvalidRecord(`this is ${network}, no post of X (no id_str and no data.id)`);
  return [value];
}

/**
 * The posts and notices of one JSON value in any known form: lines of the v2 and v1.1 streams, answer
 * pages, flattened and bare v2 posts, search answers, X archives, Elasticsearch dumps, mongoexport, scrapers' camel case.
 * `text` is the value's JSON text; it stays as it is where the form is X's own. Throws InvalidRecord for a value of another
 * network, by its name.
 */
export function readPostValue(value: unknown, text: string): readonly PostLine[] {
  if (!isObject(value)) throw new InvalidRecord('not a JSON object');
  const plain = isExtendedJson(text) ? fromExtendedJson(value) : withExactIds(value, text);
  if (!isObject(plain)) throw new InvalidRecord('not a JSON object');
  return toStreamForm(plain).map((post) => ({
    value: post,
    line: post === value ? text : jsonText(post)!,
  }));
}

/** The post of a CSV row, given as an object of texts by column. Throws InvalidRecord for a row without time or text. */
export function readPostRow(row: Readonly<Record<string, string>>): PostLine {
  const post = fromCsvRow(row);
  return { value: post, line: JSON.stringify(post) };
}
