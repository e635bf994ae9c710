import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { NewRecord } from '../../../src/core/stream/record.ts';
import type { Millis } from '../../../src/core/util/time.ts';
import type { Log } from '../../../src/log/log.ts';
import { DATASETS } from '../../../src/market/catalog/datasets.ts';
import { sinkStage } from '../../../src/runtime/sink-stage.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { verify } from '../../../src/sinks/lake/delta/verify.ts';
import { folderStore } from '../../../src/sinks/lake/store/folder-store.ts';
import { s3 } from '../../../src/sinks/lake/store/s3/s3.ts';
import { s3Store } from '../../../src/sinks/lake/store/s3/s3-store.ts';
import { LAKE } from '../../sinks/fakes.ts';
import { rows } from '../../sinks/lake/reading.ts';
import { openTestBucket, SECRETS, s3Settings } from './bucket.ts';

/** The bucket of these tests; each table has a prefix of its own. */
const BUCKET = 'faults';

/** Prices whose `fx_source` names them, with a text of `size` characters that does not compress. */
export const markedPrices = (
  topic: string,
  first: number,
  count: number,
  text: () => string = () => '',
): NewRecord[] =>
  Array.from({ length: count }, (_, i) => {
    const time = new Date(Date.UTC(2026, 2, 2) + (first + i) * 1000).toISOString();
    const value = {
      coin: 'btc',
      quote: 'usdt',
      price: first + i,
      time,
      source: text(),
      fx_source: `#${first + i}`,
    };
    return {
      topic,
      partitionKey: String(i),
      key: String(first + i),
      value: JSON.stringify(value),
      headers: {},
    };
  });

/** `sink s3` over a topic of prices, as its own group into its own prefix, both of its name. */
export const s3Stage = (log: Log, topic: string, name: string, endpoint: string, everyMs: Millis = 60_000) =>
  sinkStage({
    log,
    sink: s3,
    settings: {
      ...s3Settings(`s3://${BUCKET}/${name}`, endpoint),
      ...LAKE,
      ...{ every: everyMs, partitionBy: [], preset: 'none' },
    },
    topic,
    dataset: DATASETS.prices,
    group: name,
    exclusive: true,
    clock: systemClock,
    reporter: { info: () => {}, warn: () => {} },
    maxWaitMs: 60_000,
    secret: (secret) => SECRETS[secret],
    host: { output: { print: async () => {}, width: undefined }, openSinks: 1 },
  });

/** `sink s3 --once`. */
export async function sinkOnce(log: Log, topic: string, name: string, endpoint: string): Promise<void> {
  const stage = s3Stage(log, topic, name, endpoint);
  await stage.start();
  await Promise.race([stage.failed, stage.finish('clock')]);
}

export interface TableContent {
  /** The `fx_source` of each row by time, read by DuckDB from the files in the log. */
  readonly marks: readonly unknown[];
  readonly missing: readonly string[];
  readonly orphans: readonly string[];
}

/** The content of a table, read without a proxy. */
export async function readTable(name: string, endpoint: string): Promise<TableContent> {
  const store = s3Store(await openTestBucket(`s3://${BUCKET}`, endpoint), `${name}/prices`);
  const copy = mkdtempSync(join(tmpdir(), 'cryptopipe-copy-'));
  try {
    for await (const { name: path } of store.walk()) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), (await store.get(path))!);
    }
    const found = await rows(folderStore(copy), 'fx_source', 'time');
    const { missing, orphans } = await verify(store);
    return {
      marks: found.map(({ fx_source }) => fx_source),
      missing,
      orphans: orphans.map((file) => file.name),
    };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Each row once, and no file outside the log. */
export const allOnce = (count: number): TableContent => ({
  marks: Array.from({ length: count }, (_, i) => `#${i}`),
  missing: [],
  orphans: [],
});
