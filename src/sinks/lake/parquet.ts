import parquet, {
  type ColumnBuffer,
  type Field,
  type FieldDefinition,
  type RowBuffer,
  type Statistics,
} from 'parquetjs-lite';
import type { Column, ColumnType } from '../../market/datasets.ts';
import type { Rows } from './arena.ts';
import { type NestedField, type NestedFields, shredNested } from './nested.ts';
import { type ColumnStats, joinStats, type Levels, shred } from './shred.ts';

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

/** Rows of groups, each of which may be absent. */
export async function encodeNested(
  fields: NestedFields,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly Uint8Array[]> {
  const schema = new parquet.ParquetSchema(nestedFields(fields));
  for (const field of schema.fieldList)
    if ('key_value' in (field.fields ?? {})) field.originalType = 'MAP';
    else if ('list' in (field.fields ?? {})) field.originalType = 'LIST';
  const { file, chunks } = openFile(schema);
  for (let from = 0; from < rows.length; from += NESTED_ROWS) {
    const part = rows.slice(from, from + NESTED_ROWS);
    const runs = shredNested(fields, part);
    await writeGroup(
      file,
      schema,
      rowBuffer(schema.fieldList, part.length, (_, path) => runs.get(path)!),
    );
    for (const { meta_data } of file.rowGroups.at(-1)!.columns)
      Object.assign(meta_data.statistics, {
        distinct_count: null,
        min: null,
        max: null,
        min_value: null,
        max_value: null,
      });
  }
  file.writeFooter({});
  return chunks;
}

/** Statistics of pages are left out: those of the column chunk say enough. */
const NO_STATISTICS = { size: null, forEach() {}, [Symbol.iterator]: () => [].values() };

/**
 * Rows for a writer. It asks for each column once, to encode it; a column is made only then, since all of them
 * together would take several times the memory of the file.
 */
function rowBuffer(
  fields: readonly Field[],
  count: number,
  run: (column: number, path: string) => Levels,
): RowBuffer {
  const buffer: RowBuffer = { rowCount: count, pageRowCount: count, columnData: {}, pages: {} };
  const leaves = fields.filter((field) => !field.isNested);
  for (const [i, { path }] of leaves.entries()) {
    buffer.pages[String(path)] = [];
    Object.defineProperty(buffer.columnData, String(path), {
      get(): ColumnBuffer {
        const { values, repetition, definition } = run(i, path.join('.'));
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
  const { file, chunks } = openFile(schema);
  const stats: ColumnStats[] = [];
  const step = Math.max(1, Math.min(GROUP_ROWS, Math.floor((GROUP_BYTES * rows.count) / rows.bytes)));
  for (let from = 0; from < rows.count; from += step) {
    const count = Math.min(step, rows.count - from);
    const statsOfGroup: ColumnStats[] = [];
    const buffer = rowBuffer(schema.fieldList, count, (i) => {
      const run = shred(columns[i]!.type, rows.column(i, from, from + count), count);
      statsOfGroup[i] = run.stats;
      return run;
    });
    await writeGroup(file, schema, buffer);
    const written = file.rowGroups.at(-1)!.columns;
    for (const [i, { type }] of columns.entries()) {
      setStatistics(written[i]!.meta_data.statistics, type, statsOfGroup[i]!);
      stats[i] = from === 0 ? statsOfGroup[i]! : joinStats(stats[i]!, statsOfGroup[i]!);
    }
  }
  file.writeFooter({});
  return { chunks, stats };
}

/** A file in memory, its header written. */
function openFile(schema: parquet.ParquetSchema) {
  const chunks: Uint8Array[] = [];
  const file = new parquet.ParquetEnvelopeWriter(
    schema,
    (chunk) => void chunks.push(chunk),
    () => {},
    0,
    WRITER_OPTIONS,
  );
  file.writeHeader();
  return { file, chunks };
}

/** A writer encodes its buffer when it closes: one for each row group, whose envelope keeps the file open. */
async function writeGroup(
  file: parquet.ParquetEnvelopeWriter,
  schema: parquet.ParquetSchema,
  buffer: RowBuffer,
): Promise<void> {
  const group = new parquet.ParquetWriter(schema, onlyRowGroups(file), WRITER_OPTIONS);
  group.rowBuffer = buffer;
  await group.close();
}

const onlyRowGroups = (file: parquet.ParquetEnvelopeWriter) => ({
  useDataPageV2: file.useDataPageV2,
  writeRowGroup: (rows: RowBuffer) => file.writeRowGroup(rows),
  writeHeader() {},
  writeIndex() {},
  writeFooter() {},
  close() {},
});
