import { afterAll, beforeAll } from 'vitest';
import { openKafkaLog } from '../../../src/log/kafka/open.ts';
import type { Log } from '../../../src/log/log.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import build from '../../e2e/build.ts';
import { type KafkaCluster, type KafkaOptions, startKafka } from '../kafka/cluster.ts';
import { settingsFor } from '../kafka/settings.ts';

/** A cluster that the tests of a file share, and a log of the tests' own on it. */
export interface Ground {
  readonly cluster: KafkaCluster;
  readonly log: Log;
  /** For `--bus`. */
  readonly bus: string;
}

export function kafkaGround(options: KafkaOptions): Ground {
  let cluster: KafkaCluster | undefined;
  let log: Log | undefined;
  beforeAll(async () => {
    build();
    cluster = await startKafka(options);
    log = await openKafkaLog(
      settingsFor(cluster.bootstrap),
      { app: 'tests', patienceMs: 60_000, warn: () => {} },
      systemClock,
    );
  });
  afterAll(async () => {
    await log?.close();
    await cluster?.close();
  });
  return {
    get cluster() {
      return cluster!;
    },
    get log() {
      return log!;
    },
    get bus() {
      return `kafka://${cluster!.bootstrap}`;
    },
  };
}
