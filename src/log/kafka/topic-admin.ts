import { type Admin, ConfigResourceTypes } from 'kafkajs';
import { UserError } from '../../core/errors.ts';
import type { Difference, TopicInfo, TopicSettings } from '../log.ts';
import { errorType, throwIfError } from './client/kafka-errors.ts';
import type { Kafka } from './kafka.ts';
import { type Configs, configsOf, sameConfig, settingsOf } from './topic-configs.ts';
import { topicIdRequest } from './wire/requests/topic-id.ts';

/** ConfigSource of a setting made on the topic itself (kafkajs: ConfigSource.TOPIC_CONFIG). */
const OF_THE_TOPIC = 1;
const NEW_TOPIC_TIMEOUT_MS = 15_000;

/** Returns false if the topic already exists. */
export async function createTopic(kafka: Kafka, name: string, settings: TopicSettings): Promise<boolean> {
  const configEntries = Object.entries(configsOf(settings)).map(([name, value]) => ({ name, value }));
  const topic = {
    topic: name,
    numPartitions: settings.partitions,
    replicationFactor: settings.replication ?? kafka.settings.replication ?? -1,
    configEntries,
  };
  return kafka.admin((admin) => admin.createTopics({ topics: [topic], timeout: NEW_TOPIC_TIMEOUT_MS }));
}

export async function deleteTopic(kafka: Kafka, name: string): Promise<boolean> {
  const there = (await kafka.admin((admin) => admin.listTopics())).includes(name);
  if (there)
    await kafka.admin((admin) => admin.deleteTopics({ topics: [name], timeout: NEW_TOPIC_TIMEOUT_MS }));
  return there;
}

/** All topics except Kafka's internal ones. */
export async function listTopics(kafka: Kafka): Promise<TopicInfo[]> {
  return kafka.admin(async (admin) => {
    const names = (await admin.listTopics()).filter((name) => !name.startsWith('__'));
    return topicInfos(admin, names);
  });
}

/** Undefined if the topic does not exist. */
export async function topicInfo(kafka: Kafka, name: string): Promise<TopicInfo | undefined> {
  return undefinedIfUnknown(kafka.admin(async (admin) => (await topicInfos(admin, [name]))[0], isUnknown));
}

/** The topic's id. Retries while the topic is unknown, because it may be new. */
export function fetchTopicId(kafka: Kafka, topic: string): Promise<string | undefined> {
  const { shared } = kafka;
  const ask = async () => {
    const { errorCode, id } = await shared.send(await shared.any(), topicIdRequest(topic));
    throwIfError(errorCode);
    return id;
  };
  return kafka.retry(shared, ask, { topic });
}

async function topicInfos(admin: Admin, names: readonly string[]): Promise<TopicInfo[]> {
  if (names.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
  const configs = await readConfigs(admin, names);
  return topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.length,
    replication: partitions[0]?.replicas.length,
    ...settingsOf(all(configs.get(name))),
  }));
}

const isUnknown = (error: unknown): boolean => errorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION';

/** Turns the unknown-topic error into undefined. */
async function undefinedIfUnknown<T>(answer: Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw error;
  }
}

interface Entry {
  readonly name: string;
  readonly value: string;
  readonly own: boolean;
}

async function readConfigs(admin: Admin, names: readonly string[]): Promise<Map<string, readonly Entry[]>> {
  if (names.length === 0) return new Map();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      configEntries.map(({ configName, configValue, configSource }) => ({
        name: configName,
        value: configValue ?? '',
        own: (configSource as number) === OF_THE_TOPIC,
      })),
    ]),
  );
}

const all = (entries: readonly Entry[] = []): Configs =>
  Object.fromEntries(entries.map(({ name, value }) => [name, value]));

/** A topic's Kafka configs; undefined if the topic does not exist. */
const topicConfigs = (kafka: Kafka, name: string): Promise<Configs | undefined> =>
  undefinedIfUnknown(
    kafka.admin(async (admin) => all((await readConfigs(admin, [name])).get(name)), isUnknown),
  );

export async function differences(kafka: Kafka, name: string, wanted: TopicSettings): Promise<Difference[]> {
  const configs = (await topicConfigs(kafka, name)) ?? {};
  const there = await topicInfo(kafka, name);
  if (there === undefined) return [];
  const shape: [string, number | undefined, number | undefined][] = [
    ['partitions', there.partitions, wanted.partitions],
    ['replication', there.replication, wanted.replication],
  ];
  const shapes = shape
    .filter(([, is, want]) => want !== undefined && is !== want)
    .map(([setting, is, want]) => ({ setting, is: String(is), expected: String(want) }));
  const settings = Object.entries(configsOf(wanted))
    .filter(([setting, want]) => !sameConfig(setting, configs[setting] ?? '', want))
    .map(([setting, want]) => ({ setting, is: configs[setting] ?? '(unknown)', expected: want }));
  return [...shapes, ...settings];
}

/** kafkajs can only replace all configs of a topic, so the existing ones are sent again. */
export async function updateTopic(kafka: Kafka, name: string, wanted: TopicSettings): Promise<void> {
  const fixed = (await differences(kafka, name, wanted)).find(
    ({ setting }) => setting === 'partitions' || setting === 'replication',
  );
  if (fixed !== undefined)
    throw new UserError(
      'usage',
      `topic ${name} has ${fixed.is} ${fixed.setting}, not ${fixed.expected}; this cannot be changed`,
      fixed.setting === 'partitions'
        ? 'A different partition count would separate keys from their state. Create another topic, or delete this one first.'
        : "Reassign replicas with Kafka's kafka-reassign-partitions tool.",
    );
  await kafka.admin(async (admin) => {
    const entries = (await readConfigs(admin, [name])).get(name) ?? [];
    const kept = Object.fromEntries(entries.filter(({ own }) => own).map(({ name, value }) => [name, value]));
    const configEntries = Object.entries({ ...kept, ...configsOf(wanted) }).map(([name, value]) => ({
      name,
      value,
    }));
    const resources = [{ type: ConfigResourceTypes.TOPIC, name, configEntries }];
    await admin.alterConfigs({ validateOnly: false, resources });
  });
}
