import type { KafkaSettings } from '../../../src/log/kafka/settings/settings.ts';

/** Default settings. */
export const DEFAULTS: Omit<KafkaSettings, 'brokers'> = {
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
  metadataMaxAgeMs: 60_000,
  connectTimeoutMs: 5000,
  requestTimeoutMs: 15_000,
  replication: undefined,
};
