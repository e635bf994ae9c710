import { expect } from 'vitest';
import { formatTime, type Millis } from '../../../src/core/util/time.ts';
import type { Price } from '../../../src/market/prices/price.ts';
import { type Running, type sandbox, succeed } from '../../e2e/cli.ts';
import { groupMembership } from '../kill/instances.ts';
import type { KafkaFixture } from './fixture.ts';
import { isJunk, junk, recordsOf, rejectedOf } from './junk.ts';
import { committedBy, endsOf, kafkajs } from './other-client.ts';
import { COINS, pricesAt, samplesIn } from './prices.ts';
import { type Feeding, feeding } from './producing.ts';

const PARTITIONS = 4;
const TICK_MS = 50;
const WINDOW_MS: Millis = 60_000;
/** Enough for every partition. */
const JUNK = 16;
/** Records per tick. */
export const PER_TICK = JUNK + COINS.length;

/** `process candles` over a fed topic; output topic and app have the same name. */
export interface Pipeline {
  readonly topic: string;
  /** Starts another process of the group; `kafka`: Kafka options. */
  start(kafka?: string): Running;
  /** Feeds the topic until `stop`; resolves once every partition is being processed. */
  feed(): Promise<Feeding>;
  /** Resolves once this many processes share all partitions. */
  shared(processes: number): Promise<void>;
  /** Resolves once the current end of every partition is committed. */
  caughtUp(): Promise<void>;
  /** Closes the remaining windows and expects every record to have taken effect exactly once. Returns their count. */
  eachOnce(): Promise<number>;
}

export async function pipeline(
  fixture: KafkaFixture,
  run: ReturnType<typeof sandbox>['start'],
  topic: string,
): Promise<Pipeline> {
  const group = `${topic}.candles`;
  const { bootstrap } = fixture.cluster;
  for (const name of [topic, `${topic}-out`])
    await fixture.log.createTopic(name, { partitions: PARTITIONS, retentionMs: undefined, compacted: false });
  const args = [
    ...['process', 'candles', '--bus', fixture.bus, '--app', topic, '--in', topic, '--out', `${topic}-out`],
    ...['--window', `${WINDOW_MS / 1000}s`, '--commit-every', '20ms'],
  ];

  async function caughtUp(): Promise<void> {
    const ends = await endsOf(bootstrap, topic);
    const behind = async () => {
      const committed = await committedBy(bootstrap, group, topic);
      return ends.filter((end, partition) => committed[partition]! < end).length;
    };
    await expect.poll(behind, { interval: 100 }).toBe(0);
  }

  return {
    topic,
    start: (kafka) => run([...args, ...(kafka === undefined ? [] : ['--kafka-option', kafka])]),
    async feed() {
      const records = (tick: number) => [...junk(topic, JUNK), ...pricesAt(topic, tick)];
      const fed = feeding(fixture.log, records, TICK_MS);
      await expect.poll(() => fed.ticks).toBeGreaterThan(10);
      await caughtUp();
      return fed;
    },
    async shared(processes) {
      await expect
        .poll(() => groupMembership(kafkajs(bootstrap))(group), { interval: 250 })
        .toEqual({ members: processes, partitions: PARTITIONS });
    },
    caughtUp,
    async eachOnce() {
      await succeed(run([...args, '--close']).done);
      const inputs = await recordsOf(fixture.log, topic);
      const positions = inputs.flatMap((records, partition) =>
        records.filter(isJunk).map(({ offset }) => `${partition}/${offset}`),
      );
      expect(await rejectedOf(fixture.log, topic)).toEqual(positions.sort());
      const prices = inputs.flat().filter((record) => !isJunk(record));
      const candles = (await recordsOf(fixture.log, `${topic}-out`)).flat();
      expect(samplesIn(candles)).toEqual(expected(prices.map(({ value }) => JSON.parse(value!) as Price)));
      return inputs.flat().length;
    },
  };
}

/** Expected number of samples per candle. */
function expected(prices: readonly Price[]): string[] {
  const counts = new Map<string, number>();
  for (const { coin, time } of prices) {
    const window = `${coin} ${formatTime(Math.floor(Date.parse(time) / WINDOW_MS) * WINDOW_MS)}`;
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
  return [...counts].map(([window, count]) => `${window} ${count}`).sort();
}
