import { crc32 } from 'node:zlib';
import { decodeBatch, encodeBatch } from '../../src/log/local/storage/codec.ts';
import { shred, shredDictionary } from '../../src/sinks/lake/parquet/columns/shred.ts';
import { encodeDictionary, encodePage, type Page } from '../../src/sinks/lake/parquet/page.ts';
import { schemaOf } from '../../src/sinks/lake/parquet/schema.ts';
import { type Measured, measure } from './measure.ts';
import { benchPrices } from './prices.ts';

const BATCH = 500;
const PAGE_ROWS = 50_000;
/** Bytes before a text in the plain encoding. */
const LENGTH = 4;

const batch = () => [...benchPrices(BATCH)];

/** A column of coins: 50 distinct texts in random order. */
function coins(): { readonly words: Buffer; readonly numbers: Int32Array; readonly bytes: Buffer } {
  const plain = (text: string) => {
    const bytes = Buffer.alloc(LENGTH + text.length, text);
    bytes.writeUInt32LE(text.length);
    bytes.write(text, LENGTH);
    return bytes;
  };
  const texts = Array.from(benchPrices(PAGE_ROWS), ({ partitionKey }) => partitionKey!);
  const distinct = [...new Set(texts)];
  return {
    words: Buffer.concat(distinct.map(plain)),
    numbers: Int32Array.from(texts, (text) => distinct.indexOf(text)),
    bytes: Buffer.concat(texts.map(plain)),
  };
}

const leaf = schemaOf([{ name: 'coin', repetition: 'optional', type: 'BYTE_ARRAY', converted: 'UTF8' }])
  .leaves[0]!;

/** Rows in pages of 50,000, encoded repeatedly; with the bytes per row. */
async function pages(count: number, make: () => readonly Page[]): Promise<Measured> {
  let bytes = 0;
  const measured = await measure('', () => {
    for (let rows = 0; rows < count; rows += PAGE_ROWS)
      bytes = make().reduce((sum, { compressed }) => sum + compressed, 0);
    return Math.ceil(count / PAGE_ROWS) * PAGE_ROWS;
  });
  return { ...measured, bytesPerRow: bytes / PAGE_ROWS };
}

/** The cost of a checksum and of a dictionary, apart from their stages. */
export const ENCODING_STAGES: Record<string, (dir: string, count: number) => Promise<Measured>> = {
  'batch: encode and decode': (_, count) => {
    const records = batch();
    return measure('', () => {
      for (let at = 0; at < count; at += BATCH) decodeBatch('prices', 0, 0, encodeBatch(records, 1));
      return count;
    });
  },
  'batch: both checksums alone': (_, count) => {
    const data = encodeBatch(batch(), 1);
    let sum = 0;
    return measure('', () => {
      for (let at = 0; at < 2 * count; at += BATCH) sum = crc32(data, sum);
      return count;
    });
  },
  'page: dictionary': (_, count) => {
    const { words, numbers } = coins();
    return pages(count, () => {
      const levels = shredDictionary('text', {
        texts: words,
        distinct: new Set(numbers).size,
        indices: numbers,
      });
      return [encodeDictionary(levels.dictionary!), encodePage(leaf, levels)];
    });
  },
  'page: plain': (_, count) => {
    const { bytes, numbers } = coins();
    const sizes = Int32Array.from(numbers, () => 1);
    return pages(count, () => [encodePage(leaf, shred('text', { bytes, sizes }, PAGE_ROWS))]);
  },
};
