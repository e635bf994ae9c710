import type { Column, ColumnType } from '../../../../market/catalog/columns.ts';
import { cellReader } from '../../../cells.ts';
import { emptyChain, newColumnBuffer, type Rows } from '../../buffer/column-buffer.ts';
import { type ChunkStatistics, ParquetWriter } from '../file.ts';
import { type ConvertedType, type Field, type Physical, type Schema, schemaOf } from '../schema.ts';
import { type NestedField, type NestedFields, shredNested } from './nested.ts';
import { type ColumnStats, joinStats, shred, shredDictionary } from './shred.ts';

/** Limits of a row group: rows, and their bytes in memory. */
const GROUP_ROWS = 50_000;
const GROUP_BYTES = 16 * 2 ** 20;

/** Longest text kept in a file's statistics. */
const LONGEST_STATISTIC = 64;

const TYPES: Readonly<Record<Exclude<ColumnType, 'texts'>, readonly [Physical, ConvertedType?]>> = {
  text: ['BYTE_ARRAY', 'UTF8'],
  json: ['BYTE_ARRAY', 'UTF8'],
  number: ['DOUBLE'],
  integer: ['INT64'],
  // The older type of a UTC timestamp, which every reader supports.
  time: ['INT64', 'TIMESTAMP_MILLIS'],
  boolean: ['BOOLEAN'],
};

const optional = (name: string, type: Physical, converted?: ConvertedType): Field => ({
  ...{ name, repetition: 'optional', type },
  ...(converted === undefined ? {} : { converted }),
});
const textField = (name: string): Field => optional(name, 'BYTE_ARRAY', 'UTF8');
const group = (name: string, fields: readonly Field[], converted?: ConvertedType): Field => ({
  ...{ name, repetition: 'optional', fields },
  ...(converted === undefined ? {} : { converted }),
});
const repeated = (name: string, fields: readonly Field[]): Field => ({
  name,
  repetition: 'repeated',
  fields,
});
/** The three levels that Parquet requires. */
const list = (name: string): Field => group(name, [repeated('list', [textField('element')])], 'LIST');
const map = (name: string): Field => {
  const key: Field = { ...textField('key'), repetition: 'required' };
  return group(name, [repeated('key_value', [key, textField('value')])], 'MAP');
};

/** A sink uses the same columns for all its files. */
const schemas = new WeakMap<readonly Column[], Schema>();
function columnSchema(columns: readonly Column[]): Schema {
  const known = schemas.get(columns) ?? makeSchema(columns);
  schemas.set(columns, known);
  return known;
}

/** Every column is nullable. */
const makeSchema = (columns: readonly Column[]): Schema =>
  schemaOf(columns.map(({ name, type }) => (type === 'texts' ? list(name) : optional(name, ...TYPES[type]))));

function nestedField(name: string, field: NestedField): Field {
  if (field === 'list') return list(name);
  if (field === 'map') return map(name);
  if (field === 'UTF8') return textField(name);
  return typeof field === 'string' ? optional(name, field) : group(name, nestedFields(field));
}
const nestedFields = (fields: NestedFields): readonly Field[] =>
  Object.entries(fields).map(([name, field]) => nestedField(name, field));

/** A file of nested groups, each of which may be absent. */
interface NestedFile {
  /** Writes the next row group. */
  add(rows: readonly object[]): void;
  finish(): readonly Uint8Array[];
}

export function nestedFile(fields: NestedFields): NestedFile {
  const schema = schemaOf(nestedFields(fields));
  const file = new ParquetWriter(schema);
  return {
    add(rows) {
      const runs = shredNested(fields, rows as readonly Readonly<Record<string, unknown>>[]);
      const columns = schema.leaves.map((leaf) => {
        const levels = runs.get(leaf.path.join('.'))!;
        const column = file.column(leaf);
        column.add(levels);
        return column.finish({ nulls: levels.definition.length - levels.values.length });
      });
      file.addRowGroup(rows.length, columns);
    },
    finish: () => file.finish(),
  };
}

function statisticBytes(type: ColumnType, value: string | number): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value);
  const bytes = Buffer.alloc(8);
  if (type === 'number') bytes.writeDoubleLE(value);
  else bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}

function chunkStatistics(type: ColumnType, { min, max, nulls }: ColumnStats): ChunkStatistics {
  if (min === undefined || max === undefined) return { nulls };
  if (Math.max(String(min).length, String(max).length) > LONGEST_STATISTIC) return { nulls };
  return {
    nulls,
    // The range must include both -0 and 0.
    min: statisticBytes(type, min === 0 && type === 'number' ? -0 : min),
    max: statisticBytes(type, max === 0 ? 0 : max),
  };
}

export interface ParquetFile {
  readonly chunks: readonly Uint8Array[];
  /** By column, in order. */
  readonly stats: readonly ColumnStats[];
}

/** Adds rows as row groups of limited size. Returns their statistics by column. */
function addRows(file: ParquetWriter, columns: readonly Column[], rows: Rows): readonly ColumnStats[] {
  const schema = columnSchema(columns);
  const stats: ColumnStats[] = [];
  const step = Math.max(1, Math.min(GROUP_ROWS, Math.floor((GROUP_BYTES * rows.count) / rows.bytes)));
  for (let from = 0; from < rows.count; from += step) {
    const count = Math.min(step, rows.count - from);
    // One column at a time: all at once could take several times the file's memory.
    const chunks = schema.leaves.map((leaf, i) => {
      const { type } = columns[i]!;
      const words = rows.dictionary(i, from, from + count);
      const levels = words
        ? shredDictionary(type, words)
        : shred(type, rows.column(i, from, from + count), count);
      stats[i] = from === 0 ? levels.stats : joinStats(stats[i]!, levels.stats);
      const column = file.column(leaf);
      column.add(levels);
      return column.finish(chunkStatistics(type, levels.stats));
    });
    file.addRowGroup(count, chunks);
  }
  return stats;
}

/** Encodes rows; every column is nullable. */
export function encodeParquet(columns: readonly Column[], rows: Rows): ParquetFile {
  const file = new ParquetWriter(columnSchema(columns));
  const stats = addRows(file, columns, rows);
  return { chunks: file.finish(), stats };
}

/** A Parquet file of any length, encoded piece by piece: each call returns the next bytes of the file. */
export interface ParquetStream {
  /** One value for each column, as JSON has it. Throws InvalidRecord for a value of another type. */
  add(rows: readonly (readonly unknown[])[]): readonly Uint8Array[];
  finish(): readonly Uint8Array[];
}

export function parquetStream(columns: readonly Column[]): ParquetStream {
  const file = new ParquetWriter(columnSchema(columns));
  const readers = columns.map(cellReader);
  const buffer = newColumnBuffer(columns);
  return {
    add(rows) {
      if (rows.length === 0) return [];
      const chain = emptyChain();
      for (const row of rows)
        buffer.add(
          chain,
          readers.map((read, i) => read(row[i])),
        );
      addRows(file, columns, buffer.take(chain));
      buffer.release(chain);
      return file.take();
    },
    finish: () => file.finish(),
  };
}
