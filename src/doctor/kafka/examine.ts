import type { Check } from '../../core/check.ts';
import type { Clock } from '../../core/util/clock.ts';
import { MINUTE, type Millis } from '../../core/util/time.ts';
import { Kafka } from '../../log/kafka/kafka.ts';
import type { KafkaSettings } from '../../log/kafka/settings/settings.ts';
import { judgeBrokerSettings } from './checks/brokers.ts';
import { judgeSecurity } from './checks/security.ts';
import { judgeVersions } from './checks/versions.ts';
import { lookAtBrokerConfigs, type Sessions } from './collect.ts';
import { hurried, judgeCluster, reach } from './connectivity.ts';
import { type DoctorContext, step } from './context.ts';
import type { Needs } from './dependencies.ts';
import { remediesFor } from './hints.ts';
import type { SeenTopic } from './observed.ts';
import { examineGroups, examineOpen, examineTopics } from './pipeline.ts';
import type { Session } from './session.ts';
import { tryTransactions } from './transaction-probe.ts';

export interface Examination {
  readonly settings: KafkaSettings;
  /** The bus as the user named it, for commands. */
  readonly busUrl: string;
  readonly needs: Needs;
  readonly clock: Clock;
  /** Told when something has to be waited for. */
  readonly warn: (message: string) => void;
}

/** For each question of the adapter's. */
const PATIENCE_MS: Millis = 8000;

/**
 * Looks at a cluster from the outside inwards. Ends early, within 15 s, when no broker lets us in. Makes and deletes a
 * topic, a group and transactions named `<app>.doctor`; changes nothing else. Never throws for what the cluster does.
 */
export async function* examine(given: Examination): AsyncGenerator<Check> {
  const { clock, needs, warn } = given;
  const settings = hurried(given.settings);
  const open: Session[] = [];
  try {
    const named = await reach(settings, settings.brokers, 'bootstrap', clock);
    open.push(...named.sessions);
    yield* named.findings;
    yield* judgeSecurity(settings, certificates(open), clock.now());
    const [first] = open;
    if (first === undefined) return;
    yield judgeCluster(open);

    const { brokers } = first.cluster;
    const others = brokers.filter(({ address }) => !settings.brokers.includes(address));
    const told = await reach(
      settings,
      others.map(({ address }) => address),
      'advertised',
      clock,
    );
    open.push(...told.sessions);
    yield* told.findings;
    yield* judgeVersions(new Map(open.map(({ address, versions }) => [address, versions])));

    const sessions: Sessions = new Map(
      brokers.flatMap(({ id, address }) => {
        const session = open.find((one) => one.address === address);
        return session === undefined ? [] : [[id, session]];
      }),
    );
    if (sessions.size === 0) return;
    const reachable = [...sessions.values()].map(({ address }) => address);
    const opener = { app: needs.app, patienceMs: PATIENCE_MS, warn };
    const kafka = new Kafka({ ...settings, brokers: reachable }, opener, clock);
    try {
      const remedies = remediesFor(settings, given.busUrl);
      yield* lookCloser({ settings, needs, clock, sessions, kafka, remedies });
    } finally {
      kafka.close();
    }
  } finally {
    for (const session of open) session.close();
  }
}

const certificates = (sessions: readonly Session[]) =>
  new Map(sessions.flatMap(({ address, tls }) => (tls === undefined ? [] : [[address, tls]])));

async function* lookCloser(surroundings: DoctorContext): AsyncGenerator<Check> {
  const { settings, sessions, kafka, remedies, clock } = surroundings;
  const [[id, session]] = [...sessions] as [[number, Session]];
  let longestMs = USUAL_LONGEST_MS;
  yield* await step('broker settings', clock, async () => {
    const configs = await lookAtBrokerConfigs(session, id);
    longestMs = Number(configs?.['transaction.max.timeout.ms'] ?? longestMs);
    return judgeBrokerSettings(configs, session.cluster.brokers.length, settings, remedies);
  });
  // Shown last, tried first: it brings Kafka's own topics into being.
  const tried = await step(
    'transactions',
    clock,
    () => tryAgain(clock, () => tryTransactions(kafka, sessions.size)),
    NO_TRANSACTIONS,
  );
  let pipeline: ReadonlyMap<string, SeenTopic> = new Map();
  yield* await step('topics', clock, async () => {
    const examined = await examineTopics(surroundings, session);
    pipeline = examined.pipeline;
    return examined.findings;
  });
  yield* await step('groups', clock, () => examineGroups(surroundings, pipeline));
  yield* await step('open transactions', clock, () => examineOpen(surroundings, pipeline, longestMs));
  yield* tried;
}

/** A broker that was just started is still making Kafka's own topics: what fails within this time is tried again. */
const STARTING_MS: Millis = 10_000;
const AGAIN_MS: Millis = 1000;

/** The findings of the first try that finds nothing bad, or of the last. */
async function tryAgain(clock: Clock, look: () => Promise<Check[]>): Promise<Check[]> {
  const begun = clock.monotonic();
  for (;;) {
    const late = () => clock.monotonic() - begun >= STARTING_MS;
    try {
      const findings = await look();
      if (late() || findings.every(({ severity: verdict }) => verdict !== 'bad')) return findings;
    } catch (error) {
      if (late()) throw error;
    }
    await clock.sleep(AGAIN_MS);
  }
}

/** Kafka's own transaction.max.timeout.ms. */
const USUAL_LONGEST_MS: Millis = 15 * MINUTE;

const NO_TRANSACTIONS =
  "See that every partition has a leader and that enough brokers serve: Kafka's own topics are made with as many copies as transaction.state.log.replication.factor and offsets.topic.replication.factor say.";
