import { InvalidRecord } from '../../core/stream/record.ts';
import { parseJson } from '../../core/util/json.ts';
import { complianceKind } from '../../market/posts/compliance-event.ts';
import { type PostLine, readPostRow, readPostValue } from '../../market/posts/layouts/read-post-value.ts';
import { postRecords } from '../shared/post-records.ts';
import type { Origin, TextReader } from './reader.ts';
import { isBlank } from './rows/block.ts';
import { splitCells } from './rows/csv.ts';

/** How the rows of a file of posts become values: JSON, or a CSV with a header. */
export type PostRows = { readonly delimiter: string; readonly names: readonly string[] } | 'json';

/** The posts and notices of a row. Throws InvalidRecord. */
export function postsOf(text: string, rows: PostRows): readonly PostLine[] {
  if (rows === 'json') return readPostValue(parseJson(text), text);
  const { delimiter, names } = rows;
  const cells = splitCells(text, delimiter);
  if (cells.length !== names.length)
    throw new InvalidRecord(`${cells.length} fields, but the header has ${names.length}`);
  return [readPostRow(Object.fromEntries(names.map((name, index) => [name, cells[index]!])))];
}

/**
 * Reads posts of all forms mixed. Keep-alives and notices about no post are counted, not written. `skip`: rows of a
 * header.
 */
export function postReader(origin: Origin, rows: PostRows = 'json', skip = 0): TextReader {
  let left = skip;
  return {
    read(text, into, count) {
      if (isBlank(text)) {
        count('keep-alive');
        return 'none';
      }
      if (left > 0) {
        left--;
        return 'none';
      }
      for (const { value, line } of postsOf(text, rows)) {
        const records = postRecords(value, line, {
          source: 'file',
          topic: origin.topic,
          receivedAt: origin.now(),
          latest: origin.latest(),
        });
        if (records.length === 0) count(complianceKind(value) ?? 'notice');
        into.push(...records);
      }
      return 'data';
    },
  };
}
