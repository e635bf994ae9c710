import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import { isObject, parseJson } from '../../core/util/json.ts';
import { complianceKind } from '../../market/posts/compliance-event.ts';
import { postRecords } from '../shared/post-records.ts';
import type { Count, Origin, TextReader } from './reader.ts';
import { isBlank } from './rows/block.ts';
import { splitCells } from './rows/csv.ts';

/** How the rows of a file of posts become values: JSON, or a CSV with a header. */
export type PostRows = { readonly delimiter: string; readonly names: readonly string[] } | 'json';

/** A CSV row as an object by its header. */
function objectOf(text: string, { delimiter, names }: Exclude<PostRows, 'json'>): Record<string, string> {
  const cells = splitCells(text, delimiter);
  if (cells.length !== names.length)
    throw new InvalidRecord(`${cells.length} fields, but the header has ${names.length}`);
  return Object.fromEntries(names.map((name, index) => [name, cells[index]!]));
}

/** Reads posts of all shapes mixed. Keep-alives and notices about no post are counted, not written. `skip`: rows of a header. */
export function postReader(origin: Origin, rows: PostRows = 'json', skip = 0): TextReader {
  let left = skip;
  const recordsOf = (value: unknown, line: string, count: Count): readonly NewRecord[] => {
    if (!isObject(value)) throw new InvalidRecord('not a JSON object');
    const records = postRecords(value, line, {
      source: 'file',
      topic: origin.topic,
      receivedAt: origin.now(),
      latest: origin.latest(),
    });
    if (records.length === 0) count(complianceKind(value) ?? 'notice');
    return records;
  };
  return {
    read(text, into, count) {
      if (isBlank(text)) {
        count('keep-alive');
        return 'none';
      }
      if (rows === 'json') into.push(...recordsOf(parseJson(text), text, count));
      else if (left > 0) {
        left--;
        return 'none';
      } else {
        const value = objectOf(text, rows);
        into.push(...recordsOf(value, JSON.stringify(value), count));
      }
      return 'data';
    },
  };
}
