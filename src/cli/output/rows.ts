import { choice } from '../../core/option.ts';
import { stripControlCharacters } from '../../core/text/printable-text.ts';
import { table } from './table.ts';

const ROW_FORMATS = ['table', 'csv', 'jsonl'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

export const rowFormat = choice(
  '--format',
  ['auto', ...ROW_FORMATS],
  'auto: a table on a terminal, JSON lines in a pipe.',
  'auto',
);

/** Rows of a table on a terminal; more are not read by people. */
const MOST_TABLE_ROWS = 1000;

const plainText = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

/** A cell of RFC 4180; null is empty, and an empty text is quoted. */
function csvCell(value: unknown): string {
  const text = plainText(value);
  return text === '' && typeof value === 'string'
    ? '""'
    : /[",\r\n]/.test(text)
      ? `"${text.replaceAll('"', '""')}"`
      : text;
}

const csvLine = (cells: readonly unknown[]): string => `${cells.map(csvCell).join(',')}\n`;

/** Rows as text, in pieces. `names`: the columns; each row has a value for each of them. */
export async function* formatRows(
  format: RowFormat,
  names: readonly string[],
  batches: AsyncIterable<readonly (readonly unknown[])[]>,
): AsyncIterable<string> {
  if (format === 'csv') yield csvLine(names);
  if (format !== 'table') {
    for await (const rows of batches) {
      const lines = rows.map((row) =>
        format === 'csv'
          ? csvLine(row)
          : `${JSON.stringify(Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])))}\n`,
      );
      yield lines.join('');
    }
    return;
  }
  const rows: (readonly unknown[])[] = [];
  let count = 0;
  for await (const batch of batches) {
    count += batch.length;
    rows.push(...batch.slice(0, MOST_TABLE_ROWS - rows.length));
  }
  const columns = names.map((name, i) => ({
    title: name,
    right: rows.length > 0 && rows.every((row) => row[i] == null || typeof row[i] === 'number'),
  }));
  const cells = rows.map((row) => row.map((value) => stripControlCharacters(plainText(value))));
  yield `${table(columns, cells).join('\n')}\n`;
  if (count > rows.length)
    yield `... and ${count - rows.length} more rows; ask for fewer, or write --format csv\n`;
}
