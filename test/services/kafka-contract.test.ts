import { afterAll, beforeAll } from 'vitest';
import { openKafkaLog } from '../../src/log/kafka/open.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { keepsTheContract } from '../log/contract.ts';
import { type KafkaCluster, startKafka } from './kafka/cluster.ts';
import { settingsFor } from './kafka/settings.ts';

let cluster: KafkaCluster;
beforeAll(async () => {
  cluster = await startKafka({ nodes: 1 });
});
afterAll(() => cluster?.close());

keepsTheContract('Kafka', async () => ({
  open: () =>
    openKafkaLog(
      settingsFor(cluster.bootstrap),
      { app: 'contract', patienceMs: 30_000, warn: () => {} },
      systemClock,
    ),
  remove: async () => {},
}));
