import {
  type ColumnMetaData,
  type Compressors,
  type FileMetaData,
  parquetMetadata,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getTreePath } from 'hyparquet/src/schema.js';
import type { Description } from './file.ts';
import { type StoredPage, storedPages } from './pages.ts';
import type { Leaf, Physical } from './schema.ts';
import { structFields } from './thrift-fields.ts';

/** A column of a file. */
export interface StoredLeaf extends Leaf {
  /** Units of a time per millisecond; undefined for other columns. */
  readonly perMilli: number | undefined;
  /** The definition level at which each part of its path is present. */
  readonly levels: readonly number[];
}

/** A Parquet file of any writer in memory, read page by page as stored. */
export interface ParquetSource {
  readonly leaves: readonly StoredLeaf[];
  /** Rows of each row group. */
  readonly groups: readonly number[];
  readonly description: Description;
  /** The pages of a column in a row group. Throws Error when they cannot be read. */
  pages(group: number, leaf: number): Iterable<StoredPage>;
  /** Whether statistics show that a column of a row group has only nulls. */
  isNull(group: number, leaf: number): boolean;
}

/** Fields of FileMetaData. */
const SCHEMA = 2;
const KEY_VALUES = 5;
const UNITS: Readonly<Record<string, number>> = { MILLIS: 1, MICROS: 1e3, NANOS: 1e6 };

function leafOf(schemaPath: SchemaTree[]): StoredLeaf {
  const { element, path } = schemaPath.at(-1)!;
  const { type, converted_type: converted, logical_type: logical } = element;
  const unit = logical?.type === 'TIMESTAMP' ? logical.unit : /^TIMESTAMP_(.*)$/.exec(converted ?? '')?.[1];
  return {
    path,
    type: type as Physical,
    definition: getMaxDefinitionLevel(schemaPath),
    repetition: getMaxRepetitionLevel(schemaPath),
    perMilli: unit === undefined ? undefined : UNITS[unit],
    levels: path.map((_, i) => getMaxDefinitionLevel(schemaPath.slice(0, i + 2))),
  };
}

const leavesBelow = (tree: SchemaTree): SchemaTree[] =>
  tree.children.length === 0 ? [tree] : tree.children.flatMap(leavesBelow);

const chunksOf = ({ row_groups: groups }: FileMetaData): ColumnMetaData[][] =>
  groups.map(({ columns }) =>
    columns.map(({ meta_data: chunk, file_path: path }) => {
      if (chunk === undefined || path) throw new Error('it is encrypted or split into several files');
      return chunk;
    }),
  );

/** Loads codecs other than Snappy only when a file uses them. */
async function codecsFor(chunks: readonly ColumnMetaData[][]): Promise<Compressors> {
  const used = new Set(chunks.flatMap((columns) => columns.map(({ codec }) => codec)));
  used.delete('SNAPPY');
  used.delete('UNCOMPRESSED');
  return used.size === 0 ? {} : (await import('hyparquet-compressors')).compressors;
}

const isAllNull = ({ num_values: count, statistics }: ColumnMetaData): boolean =>
  statistics?.null_count !== undefined && Number(statistics.null_count) === Number(count);

/** Throws Error for a file that is not Parquet, damaged, encrypted or split into several files. */
export async function openParquet(bytes: Uint8Array): Promise<ParquetSource> {
  const metadata = parquetMetadata(bytes, { geoparquet: false });
  const chunks = chunksOf(metadata);
  const compressors = await codecsFor(chunks);
  const tree = parquetSchema(metadata);
  const schemaPaths = leavesBelow(tree).map(({ path }) => getTreePath(tree, [...path]));
  const leaves = schemaPaths.map(leafOf);
  const groups = metadata.row_groups.map(({ num_rows }) => Number(num_rows));
  const end = bytes.length - 8;
  const footer = structFields(bytes.subarray(end - metadata.metadata_length, end));
  return {
    leaves,
    groups,
    description: {
      version: metadata.version,
      schema: footer.get(SCHEMA)!,
      keyValues: footer.get(KEY_VALUES),
    },
    pages: (group, leaf) => storedPages(bytes, chunks[group]![leaf]!, schemaPaths[leaf]!, compressors),
    isNull: (group, leaf) => isAllNull(chunks[group]![leaf]!),
  };
}
