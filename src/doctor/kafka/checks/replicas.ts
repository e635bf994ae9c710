import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { counted } from '../../../core/text/numbers.ts';
import type { Configs } from '../../../log/kafka/topic-configs.ts';
import { listNames } from '../failed-check.ts';
import { type HintCommands, quoteForShell } from '../hints.ts';
import type { ConfigsByName, ObservedTopic } from '../observed.ts';

/** With this many brokers one replica is too few, and two replicas should acknowledge each write. */
const MANY = 3;

interface ReplicaIssue {
  readonly severity: 'warn' | 'error';
  /** Identical for every topic with this problem, so that topics can be grouped by it. */
  readonly text: string;
  readonly hint: (names: readonly string[]) => string;
}

/** Decides the suggested tool: cryptopipe's commands for the pipeline's topics, Kafka's tools for internal topics. */
export type TopicOwner = 'pipeline' | 'kafka';

function setting(pair: string, owner: TopicOwner, { eachTopic, tool }: HintCommands) {
  return (topics: readonly string[]): string =>
    owner === 'pipeline'
      ? eachTopic(topics, (name) => `create ${name} --config ${pair} --update`)
      : topics
          .map((name) =>
            tool(
              'kafka-configs',
              `--alter --entity-type topics --entity-name ${quoteForShell(name)} --add-config ${pair}`,
            ),
          )
          .join(' && ');
}

const moreCopies = (owner: TopicOwner) => (topics: readonly string[]) =>
  owner === 'pipeline'
    ? `Reassign replicas with kafka-reassign-partitions.sh, or recreate ${listNames(topics)} with --replication 3.`
    : 'Reassign replicas with kafka-reassign-partitions.sh.';

/** Problems with the settings that decide whether an acknowledged record survives a broker failure. */
function durabilityIssues(
  topic: ObservedTopic,
  configs: Configs | undefined,
  brokers: number,
  owner: TopicOwner,
  hints: HintCommands,
): ReplicaIssue[] {
  const replicas = Math.min(...topic.partitions.map(({ replicas }) => replicas.length));
  const least = Number(configs?.['min.insync.replicas'] ?? 1);
  const set = (pair: string) => setting(pair, owner, hints);
  const issues: ReplicaIssue[] = [];
  const add = (severity: ReplicaIssue['severity'], text: string, hint: ReplicaIssue['hint']) =>
    issues.push({ severity, text, hint });
  if (replicas === 1 && brokers >= MANY)
    add('warn', `1 replica on ${brokers} brokers: losing its broker loses the data`, moreCopies(owner));
  if (configs === undefined) return issues;
  if (replicas > 1 && least >= replicas)
    add(
      'warn',
      `min.insync.replicas ${least} of ${counted(replicas, 'replica')}: one broker failure blocks all writes`,
      set(`min.insync.replicas=${replicas - 1}`),
    );
  else if (replicas >= MANY && least < 2)
    add(
      'warn',
      `min.insync.replicas ${least} of ${counted(replicas, 'replica')}: an acknowledged record may exist on a single broker`,
      set('min.insync.replicas=2'),
    );
  if (replicas > 1 && configs['unclean.leader.election.enable'] === 'true')
    add(
      'error',
      'unclean.leader.election.enable: a lagging replica can become leader, which loses acknowledged records',
      set('unclean.leader.election.enable=false'),
    );
  return issues;
}

/** Problems that affect reads and writes now. `reached`: brokers that responded. */
function availabilityIssues(
  { partitions }: ObservedTopic,
  configs: Configs | undefined,
  reached: ReadonlySet<number>,
): ReplicaIssue[] {
  // Without a leader the in-sync list is stale: every replica counts as lagging.
  const lagging = partitions.flatMap(({ leader, replicas, inSync }) =>
    replicas.filter((id) => leader < 0 || !inSync.includes(id)),
  );
  const away = [...new Set(lagging)].filter((id) => !reached.has(id)).sort((a, b) => a - b);
  const hint = () =>
    away.length > 0
      ? `Start ${away.length === 1 ? 'broker' : 'brokers'} ${away.join(', ')} again.`
      : 'Wait until the replicas have caught up; if they do not, check the logs of their brokers.';
  const least = Number(configs?.['min.insync.replicas'] ?? 1);
  if (partitions.some(({ leader }) => leader < 0))
    return [{ severity: 'error', text: 'partitions without a leader cannot be read or written', hint }];
  if (partitions.some(({ inSync, replicas }) => inSync.length < Math.min(least, replicas.length)))
    return [
      {
        severity: 'error',
        text: `fewer in-sync replicas than min.insync.replicas ${least}: brokers refuse writes`,
        hint,
      },
    ];
  return lagging.length > 0 ? [{ severity: 'warn', text: 'replicas are lagging or offline', hint }] : [];
}

/** Number of brokers, including unreachable ones that hold replicas. */
function brokersOf(topics: readonly ObservedTopic[], reached: ReadonlySet<number>): number {
  const all = topics.flatMap(({ partitions }) => partitions.flatMap(({ replicas }) => replicas));
  return new Set([...reached, ...all]).size;
}

/** Checks replication settings and in-sync replicas; topics with the same problem share one check. */
export function checkReplicas(
  topics: readonly ObservedTopic[],
  configs: ConfigsByName,
  reached: ReadonlySet<number>,
  owner: TopicOwner,
  hints: HintCommands,
): Check[] {
  const what = owner === 'pipeline' ? 'replicas' : "replicas of Kafka's internal topics";
  const brokers = brokersOf(topics, reached);
  const found = new Map<string, { readonly issue: ReplicaIssue; readonly topics: string[] }>();
  for (const topic of topics) {
    const own = configs.get(topic.name);
    const issues = [
      ...availabilityIssues(topic, own, reached),
      ...durabilityIssues(topic, own, brokers, owner, hints),
    ];
    for (const issue of issues) {
      const key = `${issue.severity} ${issue.text}`;
      const same = found.get(key);
      if (same === undefined) found.set(key, { issue, topics: [topic.name] });
      else same.topics.push(topic.name);
    }
  }
  if (found.size === 0) return [ok(what, summary(topics, configs))];
  return [...found.values()].map(({ issue: { severity, text, hint }, topics }) =>
    (severity === 'error' ? fail : warn)(what, `${listNames(topics)}: ${text}`, hint(topics)),
  );
}

function summary(topics: readonly ObservedTopic[], configs: ConfigsByName): string {
  if (topics.length === 0) return 'no topics yet';
  const kinds = topics.map(({ name, partitions }) => {
    const replicas = counted(partitions[0]?.replicas.length ?? 0, 'replica');
    return `${replicas}, min.insync.replicas ${configs.get(name)?.['min.insync.replicas'] ?? '?'}`;
  });
  return `${counted(topics.length, 'topic')}: ${listNames([...new Set(kinds)])}`;
}
