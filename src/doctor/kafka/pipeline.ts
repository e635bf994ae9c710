import { type Check, ok } from '../../core/check.ts';
import { stateTopic } from '../../log/kafka/group/offset-store.ts';
import { judgeGroups } from './checks/groups.ts';
import { judgeOpen } from './checks/open-transactions.ts';
import { judgePartitions } from './checks/partitions.ts';
import { judgeRights } from './checks/permissions.ts';
import { judgeCopies } from './checks/replicas.ts';
import { judgeLasting, judgeTopic } from './checks/topic.ts';
import { lookAtGroups, lookAtOpen, lookAtTopicConfigs, lookAtTopics } from './collect.ts';
import type { DoctorContext } from './context.ts';
import type { SeenTopic } from './observed.ts';
import type { Session } from './session.ts';

type Topics = ReadonlyMap<string, SeenTopic>;

/** Kafka's own topics; they come into being with the first group and the first transaction. */
const KAFKAS_OWN = ['__consumer_offsets', '__transaction_state'];

const some = (topics: Topics, names: readonly string[]): SeenTopic[] =>
  names.flatMap((name) => topics.get(name) ?? []);

/** The topics that a pipeline has, and what is found of them. */
export async function examineTopics(
  { needs, sessions, remedies }: DoctorContext,
  session: Session,
): Promise<{ readonly pipeline: Topics; readonly findings: readonly Check[] }> {
  const states = needs.processors.map(({ name }) => stateTopic(`${needs.app}.${name}`));
  const lasting = [...states, `${needs.app}.places`];
  const ours = [...needs.topics.map(({ name }) => name), ...lasting];
  const { topics, rights } = await lookAtTopics(session, [...ours, ...KAFKAS_OWN]);
  const configs = await lookAtTopicConfigs(session, [...topics.keys()]);
  const reached = new Set(sessions.keys());
  const pipeline = some(topics, ours);
  return {
    pipeline: new Map(pipeline.map((topic) => [topic.name, topic])),
    findings: [
      ...judgeRights(
        rights.filter(({ topic }) => ours.includes(topic)),
        remedies,
      ),
      ...needs.topics.flatMap((need) =>
        judgeTopic(need, topics.get(need.name), configs.get(need.name), remedies),
      ),
      ...judgeLasting(lasting, topics, configs, remedies),
      ...judgePartitions(needs, topics, remedies),
      ...judgeCopies(pipeline, configs, reached, 'pipeline', remedies),
      ...judgeCopies(some(topics, KAFKAS_OWN), configs, reached, 'kafka', remedies),
    ],
  };
}

/** The groups of the pipeline. */
export async function examineGroups(
  { needs, sessions, kafka, remedies }: DoctorContext,
  pipeline: Topics,
): Promise<readonly Check[]> {
  return judgeGroups(await lookAtGroups(sessions, kafka, needs.app, pipeline), needs.app, remedies);
}

/** Transactions that are open on topics of the pipeline. `longestMs`: the broker's transaction.max.timeout.ms. */
export async function examineOpen(
  { settings, sessions, clock, remedies }: DoctorContext,
  pipeline: Topics,
  longestMs: number,
): Promise<readonly Check[]> {
  const open = await lookAtOpen(sessions, pipeline.values());
  if (open === undefined)
    return [ok('open transactions', 'these brokers cannot tell; Kafka 3.0 and newer can')];
  const patience = { now: clock.now(), ours: settings.transactionTimeoutMs, anybodys: longestMs };
  return judgeOpen(open, patience, remedies);
}
