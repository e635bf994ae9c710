import { remediesFor } from '../../../../src/log/kafka/doctor/remedies.ts';
import type { SeenTopic } from '../../../../src/log/kafka/doctor/seen.ts';
import type { KafkaSettings } from '../../../../src/log/kafka/settings.ts';

export const HOUR = 3_600_000;

export const settings: KafkaSettings = {
  brokers: ['k1:9092', 'k2:9092'],
  clientId: 'cryptopipe',
  tls: undefined,
  sasl: undefined,
  compression: 'gzip',
  lingerMs: 5,
  batchBytes: 512 * 1024,
  fetchBytes: 1024 * 1024,
  sessionTimeoutMs: 10_000,
  heartbeatMs: 1000,
  rebalanceTimeoutMs: 30_000,
  transactionTimeoutMs: 60_000,
  connectTimeoutMs: 5000,
  requestTimeoutMs: 15_000,
  replication: undefined,
};

export const tls = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  passphrase: undefined,
  serverName: undefined,
};

export const BUS = '--bus kafka://k1:9092,k2:9092';
export const remedies = remediesFor(settings, 'kafka://k1:9092,k2:9092');

/** A topic with all its copies complete, led by the first. */
export const topic = (name: string, partitions: number, replicas: readonly number[] = [1]): SeenTopic => ({
  name,
  partitions: Array.from({ length: partitions }, (_, partition) => ({
    partition,
    leader: replicas[0]!,
    replicas,
    inSync: replicas,
  })),
});

export const byName = (...topics: SeenTopic[]): ReadonlyMap<string, SeenTopic> =>
  new Map(topics.map((one) => [one.name, one]));
