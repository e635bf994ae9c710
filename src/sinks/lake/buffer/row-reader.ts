import { InvalidRecord } from '../../../core/stream/record.ts';
import { parseExactObject, parseObject } from '../../../core/util/json.ts';
import { DAY, formatTime } from '../../../core/util/time.ts';
import type { Column } from '../../../market/catalog/columns.ts';
import type { Dataset } from '../../../market/catalog/datasets.ts';
import { type CellReader, type ColumnValue, cellReader } from '../../cells.ts';
import { DAY_COLUMN } from '../delta/schema.ts';

/** A folder column's value before formatting: a text, the number of a UTC day, or null. */
export type FolderKey = string | number | null;

/** Reads JSON texts into two arrays that every `read` overwrites. */
export interface RecordReader {
  /** The columns stored in files: all but the folder columns. */
  readonly columns: readonly Column[];
  /** One cell for each of `columns`. */
  readonly cells: readonly ColumnValue[];
  /** One key for each folder column. */
  readonly keys: readonly FolderKey[];
  /** False for a record that the dataset leaves out. Throws InvalidRecord when the value is not a JSON object, a column has another type, or a required column is null. */
  read(value: string): boolean;
}

/** The text of a folder key; days become `2026-03-02`. */
export function folderText(key: FolderKey): string | null {
  if (typeof key === 'number') return formatTime(key * DAY).slice(0, 10);
  // Delta treats an empty text as null. Half a surrogate pair has no UTF-8 and becomes U+FFFD.
  return key === null || key === '' ? null : Buffer.from(key).toString();
}

/** Refuses values of a column that the table has with another type; null is fine. */
const refuser =
  ({ name }: Column, theirs: string): CellReader =>
  (value) => {
    if (value === undefined || value === null) return null;
    throw new InvalidRecord(`${name}: the table has this column with type ${theirs}`);
  };

/**
 * `conflicts`: types in the table of columns that differ from ours. `required`: columns that the table declares NOT NULL.
 */
export function recordReader(
  dataset: Dataset,
  conflicts: ReadonlyMap<string, string> = new Map(),
  required: ReadonlySet<string> = new Set(),
): RecordReader {
  const { columns: all, requiredField: only, timeColumn, dayColumn = DAY_COLUMN, partitionBy } = dataset;
  const columns = all.filter(({ name }) => !partitionBy.includes(name) && !conflicts.has(name));
  const fields = columns.map(({ name }) => name);
  const derived = columns.map((column) => column.of);
  const readers = columns.map(cellReader);
  const refused = all
    .filter(({ name }) => conflicts.has(name))
    .map((column) => ({ column, read: refuser(column, conflicts.get(column.name)!) }));
  const cells: ColumnValue[] = columns.map(() => null);
  const keys: FolderKey[] = partitionBy.map(() => null);
  const indicesIn = (names: readonly string[]) => [...names.keys()].filter((i) => required.has(names[i]!));
  const [requiredCells, requiredKeys] = [indicesIn(fields), indicesIn(partitionBy)];
  const refuseNull = (name: string): never => {
    throw new InvalidRecord(`${name}: the table requires a value`);
  };
  // A json column keeps every digit of a number.
  const parse = columns.some(({ type }) => type === 'json') ? parseExactObject : parseObject;
  const time = all.find(({ name }) => name === timeColumn);
  const folders = partitionBy.map((name): ((row: Row) => FolderKey) => {
    const column = all.find((one) => one.name === name);
    const read = column && cellReader(column);
    if (column && read) return (row) => keyText(column, read(fieldOf(column, row)));
    if (name !== dayColumn || time === undefined) return () => null;
    const readTime = cellReader(time);
    const place = columns.indexOf(time);
    return (row) => {
      const at = (place >= 0 ? cells[place] : readTime(fieldOf(time, row))) as number | null;
      return at === null ? null : Math.floor(at / DAY);
    };
  });
  return {
    columns,
    cells,
    keys,
    read(value) {
      const row = parse(value);
      if (only !== undefined && (row[only] === undefined || row[only] === null)) return false;
      for (let i = 0; i < fields.length; i++) {
        const derive = derived[i];
        cells[i] = readers[i]!(derive === undefined ? row[fields[i]!] : derive(row));
      }
      for (let i = 0; i < folders.length; i++) keys[i] = folders[i]!(row);
      for (const i of requiredCells) if (cells[i] === null) refuseNull(fields[i]!);
      for (const i of requiredKeys) if (folderText(keys[i]!) === null) refuseNull(partitionBy[i]!);
      for (let i = 0; i < refused.length; i++) refused[i]!.read(fieldOf(refused[i]!.column, row));
      return true;
    },
  };
}

type Row = Readonly<Record<string, unknown>>;
const fieldOf = ({ name, of }: Column, row: Row): unknown => (of === undefined ? row[name] : of(row));

/** A folder value in Delta's notation. */
function keyText({ type }: Column, cell: ColumnValue): string | null {
  if (cell === null || typeof cell === 'string') return cell;
  return type === 'time' ? formatTime(cell as number) : String(cell);
}
