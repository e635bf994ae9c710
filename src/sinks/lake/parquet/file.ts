import type { Levels } from './levels.ts';
import { encodeDictionary, encodePage, type Page, PLAIN, PLAIN_DICTIONARY, RLE } from './page.ts';
import { type Leaf, type Schema, typeCode } from './schema.ts';
import { ThriftWriter } from './thrift.ts';

/** Statistics of a column chunk, in the plain encoding without lengths. */
export interface ChunkStatistics {
  readonly nulls: number;
  readonly min?: Uint8Array;
  readonly max?: Uint8Array;
}

export interface ColumnChunk {
  readonly leaf: Leaf;
  /** Offset of the first page: the dictionary's, if there is one. */
  readonly offset: number;
  /** Offset of the first data page. */
  readonly dataOffset: number;
  readonly count: number;
  readonly uncompressed: number;
  readonly compressed: number;
  readonly statistics: ChunkStatistics;
}

interface ColumnWriter {
  add(page: Levels): void;
  finish(statistics: ChunkStatistics): ColumnChunk;
}

interface RowGroup {
  readonly rows: number;
  readonly columns: readonly ColumnChunk[];
}

const MAGIC = Buffer.from('PAR1');
const SNAPPY = 1;
/** Readers use it to detect writers with wrong statistics. */
const CREATED_BY = 'cryptopipe version 1';

/** Parts of another writer's footer that are copied unchanged. */
export interface Description {
  readonly version: number;
  /** Encoded bytes of these lists. */
  readonly schema: Uint8Array;
  readonly keyValues: Uint8Array | undefined;
}

/** A Parquet file in memory (github.com/apache/parquet-format), row group by row group. */
export class ParquetWriter {
  readonly #schema: Schema | Description;
  readonly #chunks: Uint8Array[] = [MAGIC];
  readonly #groups: RowGroup[] = [];
  #offset = MAGIC.length;

  constructor(schema: Schema | Description) {
    this.#schema = schema;
  }

  /** Starts a column of the next row group, with one page or more. */
  column(leaf: Leaf): ColumnWriter {
    const offset = this.#offset;
    let [count, uncompressed, dataOffset] = [0, 0, offset];
    const put = (page: Page): void => {
      this.#chunks.push(page.head, page.body);
      this.#offset += page.compressed;
      count += page.count;
      uncompressed += page.uncompressed;
    };
    return {
      add: (levels) => {
        if (levels.dictionary !== undefined) {
          if (count > 0) throw new Error('a dictionary must come before all pages of its column');
          put(encodeDictionary(levels.dictionary));
          dataOffset = this.#offset;
        }
        put(encodePage(leaf, levels));
      },
      finish: (statistics) => ({
        ...{ leaf, offset, dataOffset, count, uncompressed, statistics },
        compressed: this.#offset - offset,
      }),
    };
  }

  /** Ends a row group with the columns written last. */
  addRowGroup(rows: number, columns: readonly ColumnChunk[]): void {
    this.#groups.push({ rows, columns });
  }

  /** The bytes since the last call, or since the start. The rest of the file does not change them. */
  take(): readonly Uint8Array[] {
    return this.#chunks.splice(0);
  }

  /** The whole file, or what is left of it after `take`. */
  finish(): readonly Uint8Array[] {
    const footer = footerOf(this.#schema, this.#groups);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    return [...this.#chunks, footer, length, MAGIC];
  }
}

const thrift = new ThriftWriter();

/** FileMetaData. */
function footerOf(schema: Schema | Description, groups: readonly RowGroup[]): Buffer {
  const isOurs = 'elements' in schema;
  thrift.i32(1, isOurs ? 1 : schema.version);
  if (isOurs) putSchema(schema);
  else thrift.list(2, schema.schema);
  thrift.i64(
    3,
    groups.reduce((sum, { rows }) => sum + rows, 0),
  );
  thrift.structs(4, groups, ({ rows, columns }) => {
    thrift.structs(1, columns, putColumn);
    const bytes = columns.reduce((sum, { uncompressed }) => sum + uncompressed, 0);
    thrift.i64(2, bytes).i64(3, rows);
  });
  if (!isOurs && schema.keyValues !== undefined) thrift.list(5, schema.keyValues);
  thrift.binary(6, CREATED_BY);
  // ColumnOrder: without TYPE_ORDER for each column, readers ignore the statistics of texts.
  if (isOurs) thrift.structs(7, schema.leaves, () => thrift.struct(1).end());
  return thrift.finish();
}

function putSchema({ width, elements }: Schema): void {
  const root = {
    name: 'root',
    repetition: undefined,
    type: undefined,
    converted: undefined,
    children: width,
  };
  thrift.structs(2, [root, ...elements], ({ type, repetition, name, children, converted }) => {
    if (type !== undefined) thrift.i32(1, type);
    if (repetition !== undefined) thrift.i32(3, repetition);
    thrift.binary(4, name);
    if (children !== undefined) thrift.i32(5, children);
    if (converted !== undefined) thrift.i32(6, converted);
  });
}

/** ColumnChunk and its ColumnMetaData. */
function putColumn({ leaf, offset, dataOffset, ...chunk }: ColumnChunk): void {
  const { count, uncompressed, compressed, statistics } = chunk;
  const hasDictionary = dataOffset > offset;
  const encodings = [RLE, hasDictionary ? PLAIN_DICTIONARY : PLAIN];
  thrift.i64(2, offset);
  thrift.struct(3).i32(1, typeCode(leaf.type)).i32s(2, encodings).texts(3, leaf.path).i32(4, SNAPPY);
  thrift.i64(5, count).i64(6, uncompressed).i64(7, compressed).i64(9, dataOffset);
  if (hasDictionary) thrift.i64(11, offset);
  thrift.struct(12);
  const { nulls, min, max } = statistics;
  // The older pair of fields defines no order for texts.
  const older = leaf.type !== 'BYTE_ARRAY';
  if (older && max) thrift.binary(1, max);
  if (older && min) thrift.binary(2, min);
  thrift.i64(3, nulls);
  if (max) thrift.binary(5, max);
  if (min) thrift.binary(6, min);
  thrift.end().end();
}
