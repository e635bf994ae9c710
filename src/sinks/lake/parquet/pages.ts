import type { ColumnMetaData, Compressors, SchemaTree } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js';
import { readPlain } from 'hyparquet/src/plain.js';

/** A value as it is stored: 64-bit integers and INT96 as bigint, texts as their bytes. */
export type StoredValue = number | bigint | boolean | Uint8Array;

/** A page of a column; a row may continue in the next one. */
export interface StoredPage {
  /** Values and nulls. */
  readonly count: number;
  /** Empty when all are 0. */
  readonly repetition: readonly number[];
  /** Empty when no value is null. */
  readonly definition: readonly number[];
  /** The non-null values. */
  readonly values: ArrayLike<StoredValue>;
}

const readerOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => ({
  view: new DataView(buffer, byteOffset, byteLength),
  offset: 0,
});

/** The pages of a column chunk, one in memory at a time. Throws Error when they cannot be read. */
export function* storedPages(
  bytes: Uint8Array,
  chunk: ColumnMetaData,
  schemaPath: SchemaTree[],
  compressors: Compressors,
): Iterable<StoredPage> {
  const { type, codec } = chunk;
  const { element } = schemaPath.at(-1)!;
  const decoder = {
    pathInSchema: chunk.path_in_schema,
    type,
    element,
    schemaPath,
    codec,
    compressors,
    parsers: DEFAULT_PARSERS,
  };
  // Some writers omit the dictionary's offset or write 0; it still comes first then.
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const part = bytes.subarray(start, start + Number(chunk.total_compressed_size));
  const reader = readerOf(part);
  let dictionary: ArrayLike<StoredValue> = [];
  for (let left = Number(chunk.num_values); left > 0; ) {
    const header = parquetHeader(reader);
    const size = header.compressed_page_size;
    const body = part.subarray(reader.offset, reader.offset + size);
    reader.offset += size;
    const open = () => decompressPage(body, header.uncompressed_page_size, codec, compressors);
    const {
      dictionary_page_header: dictionaryHeader,
      data_page_header: first,
      data_page_header_v2: second,
    } = header;
    if (dictionaryHeader !== undefined) {
      dictionary = readPlain(readerOf(open()), type, dictionaryHeader.num_values, element.type_length);
      continue;
    }
    const about = first ?? second;
    if (about === undefined) continue;
    left -= about.num_values;
    const read = first ? readDataPage(open(), first, decoder) : readDataPageV2(body, header, decoder);
    const { dataPage } = read;
    yield {
      count: about.num_values,
      repetition: read.repetitionLevels,
      definition: read.definitionLevels ?? [],
      values: about.encoding.endsWith('_DICTIONARY')
        ? Array.from(dataPage as ArrayLike<number>, (index) => dictionary[index]!)
        : (dataPage as ArrayLike<StoredValue>),
    };
  }
}
