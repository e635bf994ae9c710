import type { Check } from '../../core/check.ts';
import type { Clock } from '../../core/util/clock.ts';
import { MINUTE, type Millis } from '../../core/util/time.ts';
import { Kafka } from '../../log/kafka/kafka.ts';
import type { KafkaSettings } from '../../log/kafka/settings/settings.ts';
import type { BrokerSession } from './broker-session.ts';
import { checkBrokerSettings } from './checks/brokers.ts';
import { checkSecurity } from './checks/security.ts';
import { checkVersions } from './checks/versions.ts';
import { collectBrokerConfigs, type Sessions } from './collect.ts';
import { checkCluster, connectAll, withShortTimeouts } from './connect.ts';
import { type DoctorContext, runStep } from './context.ts';
import type { PipelineDependencies } from './dependencies.ts';
import { hintCommands } from './hints.ts';
import type { ObservedTopic } from './observed.ts';
import { checkPipelineGroups, checkPipelineTopics, checkPipelineTransactions } from './pipeline.ts';
import { probeTransactions } from './transaction-probe.ts';

export interface DoctorOptions {
  readonly settings: KafkaSettings;
  /** The bus as the user named it, for suggested commands. */
  readonly busUrl: string;
  readonly dependencies: PipelineDependencies;
  readonly clock: Clock;
  /** Reports waits and retries. */
  readonly warn: (message: string) => void;
}

/** Retry limit of each request made through the log adapter. */
const REQUEST_RETRY_MS: Millis = 8000;

/**
 * Checks connections first, then brokers, topics, groups and transactions. Stops within 15 s if no broker accepts a
 * connection. Creates and deletes a topic, a group and transactions named `<app>.doctor`; changes nothing else. Cluster
 * failures become failed checks, not exceptions.
 */
export async function* checkKafka(given: DoctorOptions): AsyncGenerator<Check> {
  const { clock, dependencies, warn } = given;
  const settings = withShortTimeouts(given.settings);
  const open: BrokerSession[] = [];
  try {
    const named = await connectAll(settings, settings.brokers, 'bootstrap', clock);
    open.push(...named.sessions);
    yield* named.checks;
    yield* checkSecurity(settings, certificates(open), clock.now());
    const [first] = open;
    if (first === undefined) return;
    yield checkCluster(open);

    const { brokers } = first.cluster;
    const others = brokers.filter(({ address }) => !settings.brokers.includes(address));
    const advertised = await connectAll(
      settings,
      others.map(({ address }) => address),
      'advertised',
      clock,
    );
    open.push(...advertised.sessions);
    yield* advertised.checks;
    yield* checkVersions(new Map(open.map(({ address, versions }) => [address, versions])));

    const sessions: Sessions = new Map(
      brokers.flatMap(({ id, address }) => {
        const session = open.find((one) => one.address === address);
        return session === undefined ? [] : [[id, session]];
      }),
    );
    if (sessions.size === 0) return;
    const reachable = [...sessions.values()].map(({ address }) => address);
    const logContext = { app: dependencies.app, maxWaitMs: REQUEST_RETRY_MS, warn };
    const kafka = new Kafka({ ...settings, brokers: reachable }, logContext, clock);
    try {
      const hints = hintCommands(settings, given.busUrl);
      yield* checkInDetail({ settings, dependencies, clock, sessions, kafka, hints });
    } finally {
      kafka.close();
    }
  } finally {
    for (const session of open) session.close();
  }
}

const certificates = (sessions: readonly BrokerSession[]) =>
  new Map(sessions.flatMap(({ address, tls }) => (tls === undefined ? [] : [[address, tls]])));

async function* checkInDetail(context: DoctorContext): AsyncGenerator<Check> {
  const { settings, sessions, kafka, hints, clock } = context;
  const [[id, session]] = [...sessions] as [[number, BrokerSession]];
  let longestMs = DEFAULT_MAX_TIMEOUT_MS;
  yield* await runStep('broker settings', clock, async () => {
    const configs = await collectBrokerConfigs(session, id);
    longestMs = Number(configs?.['transaction.max.timeout.ms'] ?? longestMs);
    return checkBrokerSettings(configs, session.cluster.brokers.length, settings, hints);
  });
  // Reported last but run first, because it makes Kafka create its internal topics.
  const probed = await runStep(
    'transactions',
    clock,
    () => probeTransactions(kafka, sessions.size),
    NO_TRANSACTIONS,
  );
  let pipeline: ReadonlyMap<string, ObservedTopic> = new Map();
  yield* await runStep('topics', clock, async () => {
    const examined = await checkPipelineTopics(context, session);
    pipeline = examined.pipeline;
    return examined.checks;
  });
  yield* await runStep('groups', clock, () => checkPipelineGroups(context, pipeline));
  yield* await runStep('open transactions', clock, () =>
    checkPipelineTransactions(context, pipeline, longestMs),
  );
  yield* probed;
}

/** Kafka's default transaction.max.timeout.ms. */
const DEFAULT_MAX_TIMEOUT_MS: Millis = 15 * MINUTE;

const NO_TRANSACTIONS =
  'Check that every partition has a leader and that enough brokers run: Kafka creates its internal topics with transaction.state.log.replication.factor and offsets.topic.replication.factor replicas.';
