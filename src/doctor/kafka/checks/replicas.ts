import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { counted } from '../../../core/text/numbers.ts';
import type { Configs } from '../../../log/kafka/topic-configs.ts';
import { names } from '../finding.ts';
import { quote, type Remedies } from '../hints.ts';
import type { SeenConfigs, SeenTopic } from '../observed.ts';

/** From so many brokers on one copy is too few, and two of three must be complete for a write to count. */
const MANY = 3;

interface Trouble {
  readonly verdict: 'warn' | 'bad';
  /** The same words for every topic that has it. */
  readonly text: string;
  readonly remedy: (names: readonly string[]) => string;
}

/** Whose topics they are: the pipeline's own commands mend its own, Kafka's tools Kafka's. */
export type Owner = 'pipeline' | 'kafka';

function setting(pair: string, owner: Owner, { eachTopic, tool }: Remedies) {
  return (topics: readonly string[]): string =>
    owner === 'pipeline'
      ? eachTopic(topics, (name) => `create ${name} --config ${pair} --update`)
      : topics
          .map((name) =>
            tool(
              'kafka-configs',
              `--alter --entity-type topics --entity-name ${quote(name)} --add-config ${pair}`,
            ),
          )
          .join(' && ');
}

const moreCopies = (owner: Owner) => (topics: readonly string[]) =>
  owner === 'pipeline'
    ? `Move them with kafka-reassign-partitions.sh, or make ${names(topics)} anew with --replication 3.`
    : 'Move them with kafka-reassign-partitions.sh.';

/** Settings that decide whether an acknowledged record survives the loss of a broker. */
function troublesOf(
  topic: SeenTopic,
  configs: Configs | undefined,
  brokers: number,
  owner: Owner,
  remedies: Remedies,
): Trouble[] {
  const copies = Math.min(...topic.partitions.map(({ replicas }) => replicas.length));
  const least = Number(configs?.['min.insync.replicas'] ?? 1);
  const set = (pair: string) => setting(pair, owner, remedies);
  const troubles: Trouble[] = [];
  const add = (verdict: Trouble['verdict'], text: string, remedy: Trouble['remedy']) =>
    troubles.push({ verdict, text, remedy });
  if (copies === 1 && brokers >= MANY)
    add('warn', `1 copy on ${brokers} brokers: it is gone when its broker is`, moreCopies(owner));
  if (configs === undefined) return troubles;
  if (copies > 1 && least >= copies)
    add(
      'warn',
      `min.insync.replicas ${least} of ${counted(copies, 'copy', 'copies')}: one broker away, and nothing can be written`,
      set(`min.insync.replicas=${copies - 1}`),
    );
  else if (copies >= MANY && least < 2)
    add(
      'warn',
      `min.insync.replicas ${least} of ${counted(copies, 'copy', 'copies')}: an acknowledged record may be in one alone`,
      set('min.insync.replicas=2'),
    );
  if (copies > 1 && configs['unclean.leader.election.enable'] === 'true')
    add(
      'bad',
      'unclean.leader.election.enable: a copy that lags may come to lead, and acknowledged records are gone',
      set('unclean.leader.election.enable=false'),
    );
  return troubles;
}

/** Who can be written to and read now. `reached`: brokers that answered. */
function healthOf(
  { partitions }: SeenTopic,
  configs: Configs | undefined,
  reached: ReadonlySet<number>,
): Trouble[] {
  // Without a leader nobody says any more who was complete.
  const lagging = partitions.flatMap(({ leader, replicas, inSync }) =>
    replicas.filter((id) => leader < 0 || !inSync.includes(id)),
  );
  const away = [...new Set(lagging)].filter((id) => !reached.has(id)).sort((a, b) => a - b);
  const remedy = () =>
    away.length > 0
      ? `Start ${away.length === 1 ? 'broker' : 'brokers'} ${away.join(', ')} again.`
      : 'Wait until the copies have caught up; if they do not, look at the log of their brokers.';
  const least = Number(configs?.['min.insync.replicas'] ?? 1);
  if (partitions.some(({ leader }) => leader < 0))
    return [{ verdict: 'bad', text: 'partitions without a leader: nobody can write or read them', remedy }];
  if (partitions.some(({ inSync, replicas }) => inSync.length < Math.min(least, replicas.length)))
    return [
      {
        verdict: 'bad',
        text: `fewer complete copies than min.insync.replicas ${least}: writes are refused`,
        remedy,
      },
    ];
  return lagging.length > 0 ? [{ verdict: 'warn', text: 'copies that lag or are away', remedy }] : [];
}

/** Brokers that there are, counting those that only have copies. */
function brokersOf(topics: readonly SeenTopic[], reached: ReadonlySet<number>): number {
  const all = topics.flatMap(({ partitions }) => partitions.flatMap(({ replicas }) => replicas));
  return new Set([...reached, ...all]).size;
}

/** Copies of topics, what must be complete, and whether it is; the same trouble of several topics is one finding. */
export function judgeCopies(
  topics: readonly SeenTopic[],
  configs: SeenConfigs,
  reached: ReadonlySet<number>,
  owner: Owner,
  remedies: Remedies,
): Check[] {
  const what = owner === 'pipeline' ? 'copies' : "copies of Kafka's own";
  const brokers = brokersOf(topics, reached);
  const found = new Map<string, { readonly trouble: Trouble; readonly topics: string[] }>();
  for (const topic of topics) {
    const own = configs.get(topic.name);
    const troubles = [...healthOf(topic, own, reached), ...troublesOf(topic, own, brokers, owner, remedies)];
    for (const trouble of troubles) {
      const key = `${trouble.verdict} ${trouble.text}`;
      const same = found.get(key);
      if (same === undefined) found.set(key, { trouble, topics: [topic.name] });
      else same.topics.push(topic.name);
    }
  }
  if (found.size === 0) return [ok(what, fineText(topics, configs))];
  return [...found.values()].map(({ trouble: { verdict, text, remedy }, topics }) =>
    (verdict === 'bad' ? fail : warn)(what, `${names(topics)}: ${text}`, remedy(topics)),
  );
}

function fineText(topics: readonly SeenTopic[], configs: SeenConfigs): string {
  if (topics.length === 0) return 'no topic yet';
  const kinds = topics.map(({ name, partitions }) => {
    const copies = counted(partitions[0]?.replicas.length ?? 0, 'copy', 'copies');
    return `${copies}, ${configs.get(name)?.['min.insync.replicas'] ?? '?'} must be complete`;
  });
  return `${counted(topics.length, 'topic')}: ${names([...new Set(kinds)])}`;
}
