import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { formatTime } from '../../../../core/util/time.ts';
import type { Column, ColumnType } from '../../../../market/catalog/columns.ts';
import type { Rows, Values } from '../../buffer/column-buffer.ts';
import { textsOfRows } from '../../buffer/string-buffer.ts';
import { encodeParquet, type ParquetFile } from './encode.ts';

/** A file format: its encoder and file extension. */
export interface Format {
  readonly extension: string;
  readonly encode: (columns: readonly Column[], rows: Rows) => ParquetFile | Promise<ParquetFile>;
}

const compress = promisify(gzip);
/** Rows converted to JSON at a time. */
const PART_ROWS = 10_000;

/** A number or boolean as JSON; a time in ISO 8601. */
function jsonOf(type: ColumnType, value: number): string | undefined {
  if (Number.isNaN(value)) return undefined;
  if (type === 'boolean') return String(value === 1);
  return JSON.stringify(type === 'time' ? formatTime(value) : value);
}

/** The JSON of each row of a column, undefined for null; `json` columns contain JSON already. */
function jsons(type: ColumnType, values: Values): readonly (string | undefined)[] {
  if (values === undefined) return [];
  if (values instanceof Float64Array) return Array.from(values, (value) => jsonOf(type, value));
  return Array.from(textsOfRows(values), (texts) => {
    if (texts === null) return undefined;
    return type === 'json' ? texts[0] : JSON.stringify(type === 'texts' ? texts : texts[0]);
  });
}

/** One JSON object per line, without nulls. */
async function encodeLines(columns: readonly Column[], rows: Rows): Promise<ParquetFile> {
  const names = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  const parts: Buffer[] = [];
  for (let from = 0; from < rows.count; from += PART_ROWS) {
    const to = Math.min(rows.count, from + PART_ROWS);
    const values = columns.map(({ type }, i) => jsons(type, rows.column(i, from, to)));
    let text = '';
    for (let row = 0; row < to - from; row++) {
      const fields: string[] = [];
      for (const i of columns.keys()) {
        const json = values[i]![row];
        if (json !== undefined) fields.push(names[i]! + json);
      }
      text += `{${fields.join()}}\n`;
    }
    parts.push(await compress(text));
  }
  return { chunks: parts, stats: columns.map(() => ({ min: undefined, max: undefined, nulls: 0 })) };
}

export const FORMATS = {
  parquet: { extension: 'parquet', encode: encodeParquet },
  'jsonl.gz': { extension: 'jsonl.gz', encode: encodeLines },
} as const satisfies Record<string, Format>;
export type FormatName = keyof typeof FORMATS;
