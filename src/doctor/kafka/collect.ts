import { check } from '../../log/kafka/client/errors.ts';
import { membersOf } from '../../log/kafka/group/members.ts';
import type { Kafka } from '../../log/kafka/kafka.ts';
import { offsetFetchRequest, type TopicPartitions } from '../../log/kafka/wire/requests/offset-fetch.ts';
import type { SeenRights } from './checks/permissions.ts';
import type { OpenTransaction, SeenConfigs, SeenGroup, SeenPlace, SeenTopic } from './observed.ts';
import { configsRequest, OF_BROKER, OF_TOPIC } from './requests/configs.ts';
import { groupsRequest } from './requests/groups.ts';
import { type MetadataTopic, metadataRequest } from './requests/metadata.ts';
import { END, type ListedOffset, offsetsRequest, START } from './requests/offsets.ts';
import { DESCRIBE_PRODUCERS, producersRequest } from './requests/producers.ts';
import type { Session } from './session.ts';

/** Sessions by the number of their broker. */
export type Sessions = ReadonlyMap<number, Session>;

const NO_SUCH_TOPIC = 3;
const NO_RIGHT = 29;
const NO_RIGHT_ON_CLUSTER = 31;
/** What a broker answers when it was not asked, or has no list of rights. */
const NOT_TOLD = -(2 ** 31);

/** Topics that are there, and what this user may do with those and with the ones it may not see. */
export async function lookAtTopics(
  session: Session,
  names: readonly string[],
): Promise<{ readonly topics: ReadonlyMap<string, SeenTopic>; readonly rights: readonly SeenRights[] }> {
  const { topics } = await session.ask(metadataRequest(names));
  const there = topics.filter(({ errorCode }) => errorCode !== NO_SUCH_TOPIC);
  return {
    topics: new Map(
      there.filter(({ partitions }) => partitions.length > 0).map((topic) => [topic.name, topic]),
    ),
    rights: there.map(
      ({ name, errorCode, rights }: MetadataTopic): SeenRights => ({
        topic: name,
        seen: errorCode !== NO_RIGHT,
        operations: rights === NOT_TOLD ? undefined : rights,
      }),
    ),
  };
}

async function configsOf(
  session: Session,
  kind: typeof OF_TOPIC | typeof OF_BROKER,
  names: readonly string[],
) {
  if (names.length === 0) return new Map();
  const resources = await session.ask(configsRequest(kind, names));
  return new Map(
    resources.map(({ name, errorCode, configs }) => {
      if (errorCode === NO_RIGHT || errorCode === NO_RIGHT_ON_CLUSTER) return [name, undefined];
      check(errorCode);
      return [name, configs];
    }),
  );
}

export const lookAtTopicConfigs = (session: Session, names: readonly string[]): Promise<SeenConfigs> =>
  configsOf(session, OF_TOPIC, names);

export const lookAtBrokerConfigs = async (session: Session, broker: number) =>
  (await configsOf(session, OF_BROKER, [String(broker)])).get(String(broker));

/** Partitions by the broker that leads them; those without one are left out. */
function byLeader(topics: Iterable<SeenTopic>): Map<number, TopicPartitions[]> {
  const found = new Map<number, TopicPartitions[]>();
  for (const { name, partitions } of topics)
    for (const leader of new Set(partitions.map((one) => one.leader)))
      if (leader >= 0) {
        const led = partitions.filter((one) => one.leader === leader).map(({ partition }) => partition);
        found.set(leader, [...(found.get(leader) ?? []), { topic: name, partitions: led }]);
      }
  return found;
}

/** Asks each leader that can be reached for its own. */
async function askLeaders<T>(
  sessions: Sessions,
  topics: Iterable<SeenTopic>,
  ask: (session: Session, topics: readonly TopicPartitions[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const asked = [...byLeader(topics)].map(async ([leader, led]) => {
    const session = sessions.get(leader);
    return session === undefined ? [] : ask(session, led);
  });
  return (await Promise.all(asked)).flat();
}

const placeOf = ({ topic, partition }: { topic: string; partition: number }): string =>
  `${topic}/${partition}`;
const byPlace = (offsets: readonly ListedOffset[]): Map<string, number> =>
  new Map(offsets.filter(({ errorCode }) => errorCode === 0).map((one) => [placeOf(one), one.offset]));

/** The groups of a pipeline and where they stand in its topics. */
export async function lookAtGroups(
  sessions: Sessions,
  kafka: Kafka,
  app: string,
  topics: ReadonlyMap<string, SeenTopic>,
): Promise<SeenGroup[]> {
  const listed = await Promise.all(
    [...sessions.values()].map(async (session) => {
      const { errorCode, names } = await session.ask(groupsRequest());
      check(errorCode);
      return names.filter((name) => isOfApp(name, app)).map((name) => ({ name, session }));
    }),
  );
  const groups = await Promise.all(
    listed
      .flat()
      .map(async ({ name, session }) => ({ name, positions: await positionsOf(session, name, topics) })),
  );
  // After the positions: a group may move on meanwhile, but no end moves back.
  const all = [...topics.values()];
  const [starts, ends] = await Promise.all(
    ([START, END] as const).map(async (place) =>
      byPlace(await askLeaders(sessions, all, (session, led) => session.ask(offsetsRequest(place, led)))),
    ),
  );
  return Promise.all(
    groups.map(async ({ name, positions }) => ({
      name,
      members: (await membersOf(kafka, name)).map(({ who }) => who),
      places: positions.flatMap((one): SeenPlace[] => {
        const start = starts?.get(placeOf(one));
        const end = ends?.get(placeOf(one));
        return start === undefined || end === undefined ? [] : [{ ...one, start, end }];
      }),
    })),
  );
}

/** `<app>.<processor>` or `<app>.<sink>`; another app's name may begin alike. The trial's own is no part of it. */
function isOfApp(group: string, app: string): boolean {
  const name = group.startsWith(`${app}.`) ? group.slice(app.length + 1) : '';
  return name !== '' && name !== 'doctor' && !name.includes('.');
}

/** A group's coordinator, which lists it, knows them. */
async function positionsOf(session: Session, group: string, topics: ReadonlyMap<string, SeenTopic>) {
  const asked = [...topics.values()].map(({ name, partitions }) => ({
    topic: name,
    partitions: partitions.map(({ partition }) => partition),
  }));
  const { errorCode, offsets } = await session.ask(offsetFetchRequest({ group, topics: asked }));
  check(errorCode);
  return offsets.flatMap(({ topic, partition, offset }) =>
    offset === undefined ? [] : [{ topic, partition, position: offset }],
  );
}

/** Transactions that are open now; undefined when the brokers cannot tell. */
export async function lookAtOpen(
  sessions: Sessions,
  topics: Iterable<SeenTopic>,
): Promise<OpenTransaction[] | undefined> {
  const able = [...sessions.values()].every(({ versions }) => versions.requests.has(DESCRIBE_PRODUCERS));
  if (!able) return undefined;
  const producers = await askLeaders(sessions, topics, (session, led) => session.ask(producersRequest(led)));
  return producers
    .filter(({ transactionStart }) => transactionStart >= 0)
    .map(({ topic, partition, transactionStart, lastWrite }) => ({
      topic,
      partition,
      start: transactionStart,
      lastWrite,
    }));
}
