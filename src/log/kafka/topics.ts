import { type Admin, ConfigResourceTypes } from 'kafkajs';
import { UserError } from '../../core/errors.ts';
import type { Difference, TopicInfo, TopicSettings } from '../log.ts';
import { check, typeOf } from './client/errors.ts';
import type { Kafka } from './kafka.ts';
import { type Configs, configsOf, sameConfig, settingsOf } from './topic-configs.ts';
import { topicIdRequest } from './wire/requests/topic-id.ts';

/** Where a setting comes from: 1 is the topic itself (kafkajs: ConfigSource.TOPIC_CONFIG). */
const OF_THE_TOPIC = 1;
const NEW_TOPIC_TIMEOUT_MS = 15_000;

/** False when it was there already. */
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

/** All topics but Kafka's own. */
export async function listTopics(kafka: Kafka): Promise<TopicInfo[]> {
  return kafka.admin(async (admin) => {
    const names = (await admin.listTopics()).filter((name) => !name.startsWith('__'));
    return infosOf(admin, names);
  });
}

/** Undefined when there is none of that name. */
export async function describeOne(kafka: Kafka, name: string): Promise<TopicInfo | undefined> {
  return orNone(kafka.admin(async (admin) => (await infosOf(admin, [name]))[0], isUnknown));
}

/** The topic's id. One that is unknown is waited for, as it may be new. */
export function identityOf(kafka: Kafka, topic: string): Promise<string | undefined> {
  const { shared } = kafka;
  const ask = async () => {
    const { errorCode, id } = await shared.send(await shared.any(), topicIdRequest(topic));
    check(errorCode);
    return id;
  };
  return kafka.persist(shared, ask, { topic });
}

async function infosOf(admin: Admin, names: readonly string[]): Promise<TopicInfo[]> {
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

const isUnknown = (error: unknown): boolean => typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION';

/** Undefined in place of the error for a topic that is not there. */
async function orNone<T>(answer: Promise<T | undefined>): Promise<T | undefined> {
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

/** A topic's settings in Kafka's words; undefined when there is none. */
const topicConfigs = (kafka: Kafka, name: string): Promise<Configs | undefined> =>
  orNone(kafka.admin(async (admin) => all((await readConfigs(admin, [name])).get(name)), isUnknown));

export async function differences(kafka: Kafka, name: string, wanted: TopicSettings): Promise<Difference[]> {
  const configs = (await topicConfigs(kafka, name)) ?? {};
  const there = await describeOne(kafka, name);
  if (there === undefined) return [];
  const shape: [string, number | undefined, number | undefined][] = [
    ['partitions', there.partitions, wanted.partitions],
    ['replication', there.replication, wanted.replication],
  ];
  const shapes = shape
    .filter(([, is, want]) => want !== undefined && is !== want)
    .map(([setting, is, want]) => ({ setting, is: String(is), wanted: String(want) }));
  const settings = Object.entries(configsOf(wanted))
    .filter(([setting, want]) => !sameConfig(setting, configs[setting] ?? '', want))
    .map(([setting, want]) => ({ setting, is: configs[setting] ?? '(unknown)', wanted: want }));
  return [...shapes, ...settings];
}

/** kafkajs can only replace all settings of a topic: those it has of its own are sent again. */
export async function updateTopic(kafka: Kafka, name: string, wanted: TopicSettings): Promise<void> {
  const fixed = (await differences(kafka, name, wanted)).find(
    ({ setting }) => setting === 'partitions' || setting === 'replication',
  );
  if (fixed !== undefined)
    throw new UserError(
      'usage',
      `topic ${name} has ${fixed.is} ${fixed.setting}, not ${fixed.wanted}: that cannot be changed here`,
      fixed.setting === 'partitions'
        ? 'With other partitions keys would move away from their state. Make another topic, or delete this one first.'
        : "Move copies with Kafka's own kafka-reassign-partitions.",
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
