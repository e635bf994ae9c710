import { type Check, ok } from '../../core/check.ts';
import { stateTopic } from '../../log/kafka/group/offset-store.ts';
import type { BrokerSession } from './broker-session.ts';
import { checkCopartitioning } from './checks/copartitioning.ts';
import { checkGroups } from './checks/groups.ts';
import { checkOpenTransactions } from './checks/open-transactions.ts';
import { checkPermissions } from './checks/permissions.ts';
import { checkReplicas } from './checks/replicas.ts';
import { checkStateTopics, checkTopic } from './checks/topic.ts';
import { collectGroups, collectOpenTransactions, collectTopicConfigs, collectTopics } from './collect.ts';
import type { DoctorContext } from './context.ts';
import type { ObservedTopic } from './observed.ts';

type Topics = ReadonlyMap<string, ObservedTopic>;

/** Kafka creates these with the first group and the first transaction. */
const KAFKAS_OWN = ['__consumer_offsets', '__transaction_state'];

const some = (topics: Topics, names: readonly string[]): ObservedTopic[] =>
  names.flatMap((name) => topics.get(name) ?? []);

/** Checks the pipeline's topics; also returns those that exist. */
export async function checkPipelineTopics(
  { dependencies, sessions, hints }: DoctorContext,
  session: BrokerSession,
): Promise<{ readonly pipeline: Topics; readonly checks: readonly Check[] }> {
  const states = dependencies.processors.map(({ name }) => stateTopic(`${dependencies.app}.${name}`));
  const lasting = [...states, `${dependencies.app}.places`];
  const ours = [...dependencies.topics.map(({ name }) => name), ...lasting];
  const { topics, rights } = await collectTopics(session, [...ours, ...KAFKAS_OWN]);
  const configs = await collectTopicConfigs(session, [...topics.keys()]);
  const reached = new Set(sessions.keys());
  const pipeline = some(topics, ours);
  return {
    pipeline: new Map(pipeline.map((topic) => [topic.name, topic])),
    checks: [
      ...checkPermissions(
        rights.filter(({ topic }) => ours.includes(topic)),
        hints,
      ),
      ...dependencies.topics.flatMap((need) =>
        checkTopic(need, topics.get(need.name), configs.get(need.name), hints),
      ),
      ...checkStateTopics(lasting, topics, configs, hints),
      ...checkCopartitioning(dependencies, topics, hints),
      ...checkReplicas(pipeline, configs, reached, 'pipeline', hints),
      ...checkReplicas(some(topics, KAFKAS_OWN), configs, reached, 'kafka', hints),
    ],
  };
}

/** Checks the pipeline's consumer groups. */
export async function checkPipelineGroups(
  { dependencies, sessions, kafka, hints }: DoctorContext,
  pipeline: Topics,
): Promise<readonly Check[]> {
  return checkGroups(
    await collectGroups(sessions, kafka, dependencies.app, pipeline),
    dependencies.app,
    hints,
  );
}

/** Checks for open transactions on the pipeline's topics. `longestMs`: the broker's transaction.max.timeout.ms. */
export async function checkPipelineTransactions(
  { settings, sessions, clock, hints }: DoctorContext,
  pipeline: Topics,
  longestMs: number,
): Promise<readonly Check[]> {
  const open = await collectOpenTransactions(sessions, pipeline.values());
  if (open === undefined)
    return [ok('open transactions', 'not reported by these brokers; requires Kafka 3.0 or newer')];
  const limits = {
    now: clock.now(),
    pipelineTimeoutMs: settings.transactionTimeoutMs,
    maxTimeoutMs: longestMs,
  };
  return checkOpenTransactions(open, limits, hints);
}
