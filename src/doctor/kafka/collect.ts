import { throwIfError } from '../../log/kafka/client/kafka-errors.ts';
import { membersOf } from '../../log/kafka/group/members.ts';
import type { Kafka } from '../../log/kafka/kafka.ts';
import { offsetFetchRequest, type TopicPartitions } from '../../log/kafka/wire/requests/offset-fetch.ts';
import type { BrokerSession } from './broker-session.ts';
import type { TopicPermissions } from './checks/permissions.ts';
import type {
  ConfigsByName,
  GroupOffset,
  ObservedGroup,
  ObservedTopic,
  OpenTransaction,
} from './observed.ts';
import { configsRequest, OF_BROKER, OF_TOPIC } from './requests/describe-configs.ts';
import { DESCRIBE_PRODUCERS, producersRequest } from './requests/describe-producers.ts';
import { groupsRequest } from './requests/list-groups.ts';
import { END, offsetsRequest, type PartitionOffset, START } from './requests/list-offsets.ts';
import { type MetadataTopic, metadataRequest } from './requests/metadata.ts';

/** Sessions by broker id. */
export type Sessions = ReadonlyMap<number, BrokerSession>;

const NO_SUCH_TOPIC = 3;
const TOPIC_UNAUTHORIZED = 29;
const CLUSTER_UNAUTHORIZED = 31;
/** Returned when permissions were not requested or the broker has no ACLs. */
const NOT_REPORTED = -(2 ** 31);

/** Existing topics, and this user's permissions on them and on topics it may not see. */
export async function collectTopics(
  session: BrokerSession,
  names: readonly string[],
): Promise<{
  readonly topics: ReadonlyMap<string, ObservedTopic>;
  readonly rights: readonly TopicPermissions[];
}> {
  const { topics } = await session.send(metadataRequest(names));
  const there = topics.filter(({ errorCode }) => errorCode !== NO_SUCH_TOPIC);
  return {
    topics: new Map(
      there.filter(({ partitions }) => partitions.length > 0).map((topic) => [topic.name, topic]),
    ),
    rights: there.map(
      ({ name, errorCode, rights }: MetadataTopic): TopicPermissions => ({
        topic: name,
        visible: errorCode !== TOPIC_UNAUTHORIZED,
        operations: rights === NOT_REPORTED ? undefined : rights,
      }),
    ),
  };
}

async function configsOf(
  session: BrokerSession,
  kind: typeof OF_TOPIC | typeof OF_BROKER,
  names: readonly string[],
) {
  if (names.length === 0) return new Map();
  const resources = await session.send(configsRequest(kind, names));
  return new Map(
    resources.map(({ name, errorCode, configs }) => {
      if (errorCode === TOPIC_UNAUTHORIZED || errorCode === CLUSTER_UNAUTHORIZED) return [name, undefined];
      throwIfError(errorCode);
      return [name, configs];
    }),
  );
}

export const collectTopicConfigs = (
  session: BrokerSession,
  names: readonly string[],
): Promise<ConfigsByName> => configsOf(session, OF_TOPIC, names);

export const collectBrokerConfigs = async (session: BrokerSession, broker: number) =>
  (await configsOf(session, OF_BROKER, [String(broker)])).get(String(broker));

/** Partitions by leader; partitions without a leader are omitted. */
function byLeader(topics: Iterable<ObservedTopic>): Map<number, TopicPartitions[]> {
  const found = new Map<number, TopicPartitions[]>();
  for (const { name, partitions } of topics)
    for (const leader of new Set(partitions.map((one) => one.leader)))
      if (leader >= 0) {
        const led = partitions.filter((one) => one.leader === leader).map(({ partition }) => partition);
        found.set(leader, [...(found.get(leader) ?? []), { topic: name, partitions: led }]);
      }
  return found;
}

/** Sends a request to each reachable leader, for the partitions it leads. */
async function askLeaders<T>(
  sessions: Sessions,
  topics: Iterable<ObservedTopic>,
  ask: (session: BrokerSession, topics: readonly TopicPartitions[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const asked = [...byLeader(topics)].map(async ([leader, led]) => {
    const session = sessions.get(leader);
    return session === undefined ? [] : ask(session, led);
  });
  return (await Promise.all(asked)).flat();
}

const partitionName = ({ topic, partition }: { topic: string; partition: number }): string =>
  `${topic}/${partition}`;
const offsetsByPartition = (offsets: readonly PartitionOffset[]): Map<string, number> =>
  new Map(offsets.filter(({ errorCode }) => errorCode === 0).map((one) => [partitionName(one), one.offset]));

/** The pipeline's consumer groups, with their offsets in its topics. */
export async function collectGroups(
  sessions: Sessions,
  kafka: Kafka,
  app: string,
  topics: ReadonlyMap<string, ObservedTopic>,
): Promise<ObservedGroup[]> {
  const listed = await Promise.all(
    [...sessions.values()].map(async (session) => {
      const { errorCode, names } = await session.send(groupsRequest());
      throwIfError(errorCode);
      return names.filter((name) => isOfApp(name, app)).map((name) => ({ name, session }));
    }),
  );
  const groups = await Promise.all(
    listed
      .flat()
      .map(async ({ name, session }) => ({ name, positions: await positionsOf(session, name, topics) })),
  );
  // Read after the group offsets: groups may advance meanwhile, but ends never move back.
  const all = [...topics.values()];
  const [starts, ends] = await Promise.all(
    ([START, END] as const).map(async (timestamp) =>
      offsetsByPartition(
        await askLeaders(sessions, all, (session, led) => session.send(offsetsRequest(timestamp, led))),
      ),
    ),
  );
  return Promise.all(
    groups.map(async ({ name, positions }) => ({
      name,
      members: (await membersOf(kafka, name)).map(({ who }) => who),
      offsets: positions.flatMap((one): GroupOffset[] => {
        const start = starts?.get(partitionName(one));
        const end = ends?.get(partitionName(one));
        return start === undefined || end === undefined ? [] : [{ ...one, start, end }];
      }),
    })),
  );
}

/** Matches `<app>.<processor>` and `<app>.<sink>`, but not apps with a longer name, nor the probe's own group. */
function isOfApp(group: string, app: string): boolean {
  const name = group.startsWith(`${app}.`) ? group.slice(app.length + 1) : '';
  return name !== '' && name !== 'doctor' && !name.includes('.');
}

/** `session` must be the group's coordinator, which is the broker that lists it. */
async function positionsOf(
  session: BrokerSession,
  group: string,
  topics: ReadonlyMap<string, ObservedTopic>,
) {
  const asked = [...topics.values()].map(({ name, partitions }) => ({
    topic: name,
    partitions: partitions.map(({ partition }) => partition),
  }));
  const { errorCode, offsets } = await session.send(offsetFetchRequest({ group, topics: asked }));
  throwIfError(errorCode);
  return offsets.flatMap(({ topic, partition, offset }) =>
    offset === undefined ? [] : [{ topic, partition, position: offset }],
  );
}

/** Open transactions; undefined if a broker does not support DescribeProducers. */
export async function collectOpenTransactions(
  sessions: Sessions,
  topics: Iterable<ObservedTopic>,
): Promise<OpenTransaction[] | undefined> {
  const supported = [...sessions.values()].every(({ versions }) => versions.requests.has(DESCRIBE_PRODUCERS));
  if (!supported) return undefined;
  const producers = await askLeaders(sessions, topics, (session, led) => session.send(producersRequest(led)));
  return producers
    .filter(({ transactionStart }) => transactionStart >= 0)
    .map(({ topic, partition, transactionStart, lastWrite }) => ({
      topic,
      partition,
      start: transactionStart,
      lastWrite,
    }));
}
