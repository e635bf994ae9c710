import { topicIdNote } from '../wire/requests/topic-id-note.ts';

/** Topic ids by name; undefined for topics older than topic ids. */
export type TopicIds = ReadonlyMap<string, string | undefined>;
/** Without ids, offsets apply to whatever topic has the name. */
export const NO_IDS: TopicIds = new Map();

/** Next offsets of one partition number in kafkajs's commit format, each with its topic's id as metadata. */
export const commitEntries = (offsets: ReadonlyMap<string, number>, partition: number, ids: TopicIds) =>
  [...offsets].map(([topic, next]) => ({
    topic,
    partitions: [{ partition, offset: String(next), metadata: topicIdNote(ids.get(topic)) }],
  }));
