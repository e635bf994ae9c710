import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openKafkaLog } from '../../../src/log/kafka/open.ts';
import type { Log } from '../../../src/log/log.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { KAFKA_VERSION, type KafkaCluster, type KafkaOptions, startKafka } from '../kafka/cluster.ts';
import { findJava } from '../kafka/java.ts';
import { runTool } from '../kafka/kafka-tool.ts';
import { processes } from '../kafka/processes.ts';
import { settingsFor } from '../kafka/settings.ts';
import { shared } from '../shared/shared.ts';

/** The operations allowed on a shared cluster. */
export type UsedCluster = Pick<KafkaCluster, 'bootstrap' | 'data' | 'tool' | 'close'>;

/** A cluster shared by the tests of a file, and a log on it. */
export interface KafkaFixture<C extends UsedCluster = UsedCluster> {
  readonly cluster: C;
  readonly log: Log;
  /** For `--bus`. */
  readonly bus: string;
}

/** A cluster for this test file alone. */
export const ownKafkaFixture = (options: KafkaOptions): KafkaFixture<KafkaCluster> =>
  kafkaFixture(() => startKafka(options));

/** The single-broker cluster that the whole run shares: topics, apps and groups need names unique to the file. */
export const sharedKafkaFixture = (): KafkaFixture => kafkaFixture(useSharedKafka);

function kafkaFixture<C extends UsedCluster>(open: () => Promise<C>): KafkaFixture<C> {
  let cluster: C | undefined;
  let log: Log | undefined;
  beforeAll(async () => {
    cluster = await open();
    log = await openKafkaLog(
      settingsFor(cluster.bootstrap),
      { app: 'tests', maxWaitMs: 60_000, warn: () => {} },
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

/** `close` ends the tools that this process started; the cluster keeps running. */
async function useSharedKafka(): Promise<UsedCluster> {
  const { bootstrap, data } = await shared('kafka');
  const all = processes(await findJava(KAFKA_VERSION), mkdtempSync(join(tmpdir(), 'cryptopipe-tools-')));
  return {
    bootstrap,
    data: () => data,
    tool: (name, args, stdin) => runTool(all, { version: KAFKA_VERSION, bootstrap }, name, args, stdin),
    close: all.close,
  };
}
