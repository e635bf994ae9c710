import type { KafkaSettings } from '../../../src/log/kafka/settings/settings.ts';

/** A cluster as the command line would use it by default, for tests that open it themselves. */
export const settingsFor = (bootstrap: string, given: Partial<KafkaSettings> = {}): KafkaSettings => ({
  brokers: bootstrap.split(','),
  clientId: 'cryptopipe-test',
  tls: undefined,
  sasl: undefined,
  compression: 'gzip',
  lingerMs: 0,
  batchBytes: 512 * 1024,
  fetchBytes: 1024 * 1024,
  sessionTimeoutMs: 6000,
  heartbeatMs: 500,
  rebalanceTimeoutMs: 10_000,
  transactionTimeoutMs: 30_000,
  metadataMaxAgeMs: 60_000,
  connectTimeoutMs: 2000,
  requestTimeoutMs: 10_000,
  replication: undefined,
  ...given,
});
