import { topicIdNote } from '../wire/requests/topic-id-note.ts';

/** Ids of topics by name; undefined for a topic of a time without ids. */
export type TopicIds = ReadonlyMap<string, string | undefined>;
/** Nobody has asked for them: positions are taken for those of whatever topic has the name. */
export const NO_IDS: TopicIds = new Map();

/** Next offsets of one partition number as kafkajs commits them, each with the id of the topic that it is of. */
export const positionsOf = (offsets: ReadonlyMap<string, number>, partition: number, ids: TopicIds) =>
  [...offsets].map(([topic, next]) => ({
    topic,
    partitions: [{ partition, offset: String(next), metadata: topicIdNote(ids.get(topic)) }],
  }));
