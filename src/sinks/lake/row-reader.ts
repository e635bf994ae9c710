import { formatTime } from '../../core/time.ts';
import type { Column, Dataset } from '../../market/datasets.ts';
import { parseObject } from '../parse-object.ts';
import { type Cell, cellReader } from './cells.ts';

const DAY = 86_400_000;

/** A folder column's value while rows are sorted into folders: a text, the number of a UTC day, or null. */
export type FolderKey = string | number | null;

/** Reads JSON texts into two arrays that every `read` fills anew. */
export interface RowReader {
  /** The columns that stand in a file: those that are not folders. */
  readonly columns: readonly Column[];
  /** A cell for each of `columns`. */
  readonly cells: readonly Cell[];
  /** A key for each folder column. */
  readonly keys: readonly FolderKey[];
  /** Throws Unreadable for a value that is no JSON object or has a column of another type. */
  read(value: string): void;
}

/** The text of a folder key: days become `2026-03-02`. */
export function folderText(key: FolderKey): string | null {
  if (typeof key === 'number') return formatTime(key * DAY).slice(0, 10);
  // An empty text is null to Delta. Half a surrogate pair has no UTF-8: it becomes U+FFFD.
  return key === null || key === '' ? null : Buffer.from(key).toString();
}

export function rowReader({ columns: all, timeColumn, partitionBy }: Dataset): RowReader {
  const columns = all.filter(({ name }) => !partitionBy.includes(name));
  const names = columns.map(({ name }) => name);
  const readers = columns.map(cellReader);
  const time = names.indexOf(timeColumn ?? '');
  const cells: Cell[] = columns.map(() => null);
  const keys: FolderKey[] = partitionBy.map(() => null);
  const folders = partitionBy.map((name) => all.find((column) => column.name === name));
  const folderReaders = folders.map((column) => column && cellReader(column));
  return {
    columns,
    cells,
    keys,
    read(value) {
      const row = parseObject(value);
      for (let i = 0; i < names.length; i++) cells[i] = readers[i]!(row[names[i]!]);
      for (let i = 0; i < keys.length; i++) {
        const read = folderReaders[i];
        const at = (cells[time] ?? null) as number | null;
        if (read) keys[i] = read(row[partitionBy[i]!]) as string | null;
        else keys[i] = at === null ? null : Math.floor(at / DAY);
      }
    },
  };
}
