import { Kafka, logLevel } from 'kafkajs';
import { beforeAll } from 'vitest';
import { openKafkaLog } from '../../src/log/kafka/open.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { keepsTheContract } from '../log/contract.ts';
import { settingsFor } from './kafka/settings.ts';
import { type Shared, shared } from './shared/shared.ts';

let cluster: Shared['kafka'];
beforeAll(async () => {
  cluster = await shared('kafka');
});

keepsTheContract('Kafka', async () => {
  const warnings: string[] = [];
  return {
    open: () =>
      openKafkaLog(
        settingsFor(cluster.bootstrap),
        { app: 'contract', maxWaitMs: 30_000, warn: (message) => warnings.push(message) },
        systemClock,
      ),
    warnings,
    async expire(topic) {
      const admin = new Kafka({ brokers: cluster.bootstrap.split(','), logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      // Without this kafkajs does not know the leader.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '-1' }] });
      await admin.disconnect();
    },
    remove: async () => {},
  };
});
