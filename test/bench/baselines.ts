import { join } from 'node:path';
import { open } from 'lmdb';
import parquet from 'parquetjs-lite';

/** Batches of bytes into lmdb alone, one transaction each, four at a time: the floor of the embedded log's append. */
export async function lmdbAppend(dir: string, batches: number, data: () => Buffer): Promise<void> {
  const root = open({
    path: join(dir, 'raw.mdb'),
    noSubdir: true,
    overlappingSync: false,
    encoding: 'binary',
  });
  const table = root.openDB<Buffer, number>('batches', { encoding: 'binary' });
  const pending: Promise<unknown>[] = [];
  for (let i = 0; i < batches; i++) {
    const value = data();
    pending.push(root.transaction(() => table.put(i, value)));
    if (pending.length >= 4) await pending.shift();
  }
  await Promise.all(pending);
  await root.close();
}

/** JSON.parse and an aggregation in a Map by coin and window: the floor of candles. */
export function priceFold() {
  const windows = new Map<string, { open: number; high: number; low: number; close: number }>();
  return {
    windows,
    add(text: string): void {
      const { coin, quote, price, time } = JSON.parse(text) as {
        coin: string;
        quote: string;
        price: number;
        time: string;
      };
      const key = `${coin}|${quote}|${Math.floor(Date.parse(time) / 600_000)}`;
      const window = windows.get(key);
      if (window === undefined) windows.set(key, { open: price, high: price, low: price, close: price });
      else {
        window.high = Math.max(window.high, price);
        window.low = Math.min(window.low, price);
        window.close = price;
      }
    },
  };
}

/** The fold over texts in memory. */
export function parseAndFold(texts: readonly string[]): number {
  const fold = priceFold();
  for (const text of texts) fold.add(text);
  return fold.windows.size;
}

/** parquetjs-lite's own appendRow into memory, parsing included: the floor of the lake. */
export async function parquetAlone(texts: readonly string[]): Promise<number> {
  const schema = new parquet.ParquetSchema({
    coin: { type: 'UTF8', compression: 'SNAPPY' },
    quote: { type: 'UTF8', compression: 'SNAPPY' },
    price: { type: 'DOUBLE', compression: 'SNAPPY' },
    time: { type: 'TIMESTAMP_MILLIS', compression: 'SNAPPY' },
    source: { type: 'UTF8', compression: 'SNAPPY' },
    market_cap: { type: 'DOUBLE', compression: 'SNAPPY' },
  });
  let bytes = 0;
  const options = { useDataPageV2: false, pageIndex: false, rowGroupSize: 50_000 };
  const file = new parquet.ParquetEnvelopeWriter(
    schema,
    (part) => {
      bytes += part.length;
    },
    () => {},
    0,
    options,
  );
  const writer = new parquet.ParquetWriter(schema, file, options);
  for (const text of texts) {
    const { coin, quote, price, time, source, market_cap } = JSON.parse(text) as Record<string, string>;
    await writer.appendRow({ coin, quote, price, time: new Date(time!), source, market_cap });
  }
  await writer.close();
  return bytes;
}
