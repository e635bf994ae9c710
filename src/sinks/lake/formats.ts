import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { formatTime } from '../../core/time.ts';
import type { Column } from '../../market/datasets.ts';
import type { Cell } from '../cells.ts';
import type { Rows } from './arena.ts';
import { encodeParquet, type ParquetFile } from './parquet.ts';

/** How rows become a file, and what its name ends with. */
export interface Format {
  readonly extension: string;
  readonly encode: (columns: readonly Column[], rows: Rows) => Promise<ParquetFile>;
}

const compress = promisify(gzip);
/** JSON of so many rows is made at once. */
const PART_ROWS = 10_000;

/** A cell as JSON: times in ISO 8601, `json` as what it is the text of. */
function jsonOf({ type }: Column, cell: Cell | undefined): string | undefined {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return undefined;
  if (type === 'json') return cell as string;
  return JSON.stringify(type === 'time' ? formatTime(cell as number) : cell);
}

/** One JSON object a line, nulls left out. */
async function encodeLines(columns: readonly Column[], rows: Rows): Promise<ParquetFile> {
  const names = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  const parts: Buffer[] = [];
  for (let from = 0; from < rows.count; from += PART_ROWS) {
    const to = Math.min(rows.count, from + PART_ROWS);
    const values = columns.map((_, i) => rows.column(i, from, to));
    let text = '';
    for (let row = 0; row < to - from; row++) {
      const fields: string[] = [];
      for (const [i, column] of columns.entries()) {
        const json = jsonOf(column, values[i]?.[row]);
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
