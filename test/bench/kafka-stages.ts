import { openKafkaLog } from '../../src/log/kafka/open.ts';
import type { Compression } from '../../src/log/kafka/settings/settings.ts';
import type { Log } from '../../src/log/log.ts';
import { priceTime } from '../../src/market/prices/price.ts';
import { candles } from '../../src/processors/candles.ts';
import { defineProcessor, type Processor } from '../../src/processors/processor.ts';
import { select } from '../../src/processors/select.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { settingsFor } from '../services/kafka/settings.ts';
import { priceFold } from './baselines.ts';
import { kafkajsConsume, kafkajsProduce } from './kafka-floors.ts';
import { fill, processing, reporter, runToEnd, tweetRecords } from './kit.ts';
import { type Measured, measure } from './measure.ts';
import { benchPrices } from './prices.ts';

/** Partitions of the topics, as in the reference workloads. */
const PARTITIONS = 6;
const kept = { partitions: PARTITIONS, retentionMs: undefined, compacted: false };

export async function onKafka<T>(
  bootstrap: string,
  use: (log: Log) => Promise<T>,
  compression: Compression = 'gzip',
) {
  const opener = { app: 'bench', maxWaitMs: 60_000, warn: reporter.warn };
  const log = await openKafkaLog(settingsFor(bootstrap, { compression }), opener, systemClock);
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}

/** Passes every price through: the cost of a task that does nothing, with its guarantees. */
const pass = defineProcessor({
  name: 'pass',
  summary: '',
  inputs: [{ topic: 'prices', time: priceTime }],
  output: { topic: 'passed', schema: 'price/1' },
  options: {},
  examples: [],
  build: () => ({
    accept: ({ key, value }, out) =>
      out.emit({ key: key!, partitionKey: (value as { coin: string }).coin, value: value as object }),
    advance: () => {},
    finish: () => {},
    changes: () => [],
    watermark: () => undefined,
  }),
});

/** Number of posts beside the prices. */
const postsOf = (prices: number): number => Math.round(prices * 0.15);

/** A new group name, so that a broker can be reused. */
const processingAnew = (log: Log, processor: Processor) =>
  processing(log, processor, { app: `bench-${process.pid}` });

const append = (compression: Compression) => (bootstrap: string, count: number) =>
  onKafka(
    bootstrap,
    async (log) => {
      const topic = `append-${compression}`;
      await log.createTopic(topic, kept);
      const value = JSON.stringify({ pad: 'x'.repeat(180), n: 12_345 });
      const headers = { schema: 'x/1' };
      const records = Array.from({ length: 1000 }, (_, i) => ({
        topic,
        partitionKey: `k${i}`,
        key: `k${i}`,
        value,
        headers,
      }));
      return measure('', async () => {
        let pending = Promise.resolve();
        for (let sent = 0; sent < count; sent += records.length) {
          const next = log.append(records);
          await pending;
          pending = next;
        }
        await pending;
        return count;
      });
    },
    compression,
  );

/** The stages by name, each in its own process, over a broker at `bootstrap`; `count` records. */
export const KAFKA_STAGES: Record<string, (bootstrap: string, count: number) => Promise<Measured>> = {
  'kafka: topics (filling)': (bootstrap, count) =>
    onKafka(bootstrap, async (log) => {
      for (const topic of ['prices', 'tweets', 'tweets-processed', 'candles', 'passed', 'floor'])
        await log.createTopic(topic, kept);
      return measure('', async () => {
        await fill(log, benchPrices(count));
        await fill(log, tweetRecords(postsOf(count)));
        return count;
      });
    }),
  'kafka: kafkajs produce': (bootstrap, count) => kafkajsProduce(bootstrap, 'floor', count),
  'kafka: kafkajs consume, parse, aggregate': (bootstrap, count) => {
    const fold = priceFold();
    return kafkajsConsume(bootstrap, 'prices', count, (text) => fold.add(text));
  },
  'kafka: kafkajs consume, parse': (bootstrap, count) =>
    kafkajsConsume(bootstrap, 'tweets', postsOf(count), (text) => JSON.parse(text)),
  'kafka: append': append('none'),
  'kafka: append, gzip': append('gzip'),
  'kafka: candles': (bootstrap) =>
    onKafka(bootstrap, (log) => measure('', () => runToEnd(processingAnew(log, candles)))),
  'kafka: pass': (bootstrap) =>
    onKafka(bootstrap, (log) => measure('', () => runToEnd(processingAnew(log, pass)))),
  'kafka: select': (bootstrap) =>
    onKafka(bootstrap, (log) => measure('', () => runToEnd(processingAnew(log, select)))),
};
