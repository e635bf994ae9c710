import parquet, {
  type ColumnBuffer,
  type Field,
  type FieldDefinition,
  type RowBuffer,
  type Statistics,
} from 'parquetjs-lite';
import type { Column, ColumnType } from '../../market/datasets.ts';
import type { Rows } from './arena.ts';
import { type ColumnStats, joinStats, type Shredded, shred } from './shred.ts';

// The only file that knows parquetjs-lite. Its row-by-row shredder takes 70 % of the time, so columns go straight
// into the private `rowBuffer` of a writer; the version is pinned exactly and a test compares with `appendRow`.

/** A row group ends at so many rows, or at so many bytes of them in memory. */
const GROUP_ROWS = 50_000;
const GROUP_BYTES = 16 * 2 ** 20;

/** Rows of a group of nested rows. */
const NESTED_ROWS = 10_000;

/** Longest text kept in a file's statistics. */
const LONGEST_STATISTIC = 64;

/** `useDataPageV2` off for Athena; `pageIndex` off because the package's is broken (delta-rs refuses such files). */
export const WRITER_OPTIONS = { useDataPageV2: false, pageIndex: false, pageSize: GROUP_ROWS } as const;

const TYPES: Readonly<Record<Exclude<ColumnType, 'texts'>, string>> = {
  text: 'UTF8',
  json: 'UTF8',
  number: 'DOUBLE',
  integer: 'INT64',
  time: 'TIMESTAMP_MILLIS',
  boolean: 'BOOLEAN',
};

const plain = (type: string): FieldDefinition => ({ type, optional: true, compression: 'SNAPPY' });
const list = (element: FieldDefinition): FieldDefinition => ({
  type: 'LIST',
  optional: true,
  fields: { list: { type: '', repeated: true, fields: { element } } },
});

/** Every column may be null. Lists have the three levels that Parquet asks for. */
export function parquetSchema(columns: readonly Column[]): parquet.ParquetSchema {
  const field = ({ name, type }: Column) =>
    [name, type === 'texts' ? list(plain('UTF8')) : plain(TYPES[type])] as const;
  return new parquet.ParquetSchema(Object.fromEntries(columns.map(field)));
}

/** A field of a group: a plain type, a list of texts, texts by text, or a group again. */
export type NestedField = 'UTF8' | 'INT32' | 'INT64' | 'BOOLEAN' | 'list' | 'map' | NestedFields;
export interface NestedFields {
  readonly [name: string]: NestedField;
}

const MAP: FieldDefinition = {
  type: '',
  optional: true,
  fields: {
    key_value: { type: '', repeated: true, fields: { key: { type: 'UTF8' }, value: plain('UTF8') } },
  },
};

function nestedField(field: NestedField): FieldDefinition {
  if (field === 'list') return list(plain('UTF8'));
  if (field === 'map') return MAP;
  if (typeof field === 'string') return plain(field);
  return { type: '', optional: true, fields: nestedFields(field) };
}
const nestedFields = (fields: NestedFields): Record<string, FieldDefinition> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, nestedField(field)]));

/** A value as the package wants it; what is not declared is left out. */
function nestedValue(field: NestedField, value: unknown): unknown {
  if (value === null || value === undefined || typeof field !== 'object')
    return wrapped(field, value ?? undefined);
  const group = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(field).map(([name, one]) => [name, nestedValue(one, group[name])]),
  );
}
function wrapped(field: NestedField, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (field === 'list') return { list: (value as readonly string[]).map((element) => ({ element })) };
  if (field !== 'map') return value;
  const entries = Object.entries(value as Readonly<Record<string, string | null>>);
  return { key_value: entries.map(([key, one]) => ({ key, value: one ?? undefined })) };
}

/** Rows of groups, each of which may be absent. */
export async function encodeNested(
  fields: NestedFields,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly Uint8Array[]> {
  const schema = new parquet.ParquetSchema(nestedFields(fields));
  for (const field of schema.fieldList)
    if ('key_value' in (field.fields ?? {})) field.originalType = 'MAP';
    else if ('list' in (field.fields ?? {})) field.originalType = 'LIST';
  const chunks: Uint8Array[] = [];
  const file = new parquet.ParquetEnvelopeWriter(
    schema,
    (chunk) => void chunks.push(chunk),
    () => {},
    0,
    WRITER_OPTIONS,
  );
  const writer = new parquet.ParquetWriter(schema, file, { ...WRITER_OPTIONS, rowGroupSize: NESTED_ROWS });
  for (const row of rows) await writer.appendRow(nestedValue(fields, row) as Record<string, unknown>);
  await writer.close();
  return chunks;
}

/** Statistics of pages are left out: those of the column chunk say enough. */
const NO_STATISTICS = { size: null, forEach() {}, [Symbol.iterator]: () => [].values() };

/**
 * Rows for a writer. It asks for each column once, to encode it; a column is made only then, since all of them
 * together would take several times the memory of the file.
 */
function rowBuffer(fields: readonly Field[], count: number, run: (column: number) => Shredded): RowBuffer {
  const buffer: RowBuffer = { rowCount: count, pageRowCount: count, columnData: {}, pages: {} };
  const leaves = fields.filter((field) => !field.isNested);
  for (const [i, { path }] of leaves.entries()) {
    buffer.pages[String(path)] = [];
    Object.defineProperty(buffer.columnData, String(path), {
      get(): ColumnBuffer {
        const { values, repetition, definition } = run(i);
        return { values, rlevels: repetition, dlevels: definition, distinct_values: NO_STATISTICS, count };
      },
    });
  }
  return buffer;
}

function statisticBytes(type: ColumnType, value: string | number): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value);
  const bytes = Buffer.alloc(8);
  if (type === 'number') bytes.writeDoubleLE(value);
  else bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}

function setStatistics(statistics: Statistics, type: ColumnType, { min, max, nulls }: ColumnStats): void {
  statistics.distinct_count = null;
  statistics.null_count = nulls;
  if (min === undefined || max === undefined) return;
  if (Math.max(String(min).length, String(max).length) > LONGEST_STATISTIC) return;
  statistics.min = statistics.min_value = statisticBytes(type, min === 0 && type === 'number' ? -0 : min);
  statistics.max = statistics.max_value = statisticBytes(type, max === 0 ? 0 : max);
}

export interface ParquetFile {
  readonly chunks: readonly Uint8Array[];
  /** By column, in order. */
  readonly stats: readonly ColumnStats[];
}

/** Encodes rows; each column may be null. */
export async function encodeParquet(columns: readonly Column[], rows: Rows): Promise<ParquetFile> {
  const schema = parquetSchema(columns);
  const chunks: Uint8Array[] = [];
  const file = new parquet.ParquetEnvelopeWriter(
    schema,
    (chunk) => void chunks.push(chunk),
    () => {},
    0,
    WRITER_OPTIONS,
  );
  file.writeHeader();
  const stats: ColumnStats[] = [];
  const step = Math.max(1, Math.min(GROUP_ROWS, Math.floor((GROUP_BYTES * rows.count) / rows.bytes)));
  for (let from = 0; from < rows.count; from += step) {
    const count = Math.min(step, rows.count - from);
    const statsOfGroup: ColumnStats[] = [];
    // A writer encodes its buffer when it closes: one for each row group, whose envelope keeps the file open.
    const group = new parquet.ParquetWriter(schema, onlyRowGroups(file), WRITER_OPTIONS);
    group.rowBuffer = rowBuffer(schema.fieldList, count, (i) => {
      const run = shred(columns[i]!.type, rows.column(i, from, from + count), count);
      statsOfGroup[i] = run.stats;
      return run;
    });
    await group.close();
    const written = file.rowGroups.at(-1)!.columns;
    for (const [i, { type }] of columns.entries()) {
      setStatistics(written[i]!.meta_data.statistics, type, statsOfGroup[i]!);
      stats[i] = from === 0 ? statsOfGroup[i]! : joinStats(stats[i]!, statsOfGroup[i]!);
    }
  }
  file.writeFooter({});
  return { chunks, stats };
}

const onlyRowGroups = (file: parquet.ParquetEnvelopeWriter) => ({
  useDataPageV2: file.useDataPageV2,
  writeRowGroup: (rows: RowBuffer) => file.writeRowGroup(rows),
  writeHeader() {},
  writeIndex() {},
  writeFooter() {},
  close() {},
});
