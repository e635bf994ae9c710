const PREFIX = 'topic-id ';

/** Offset metadata that records the topic's id; empty without one. */
export const topicIdNote = (topicId: string | undefined): string =>
  topicId === undefined ? '' : PREFIX + topicId;

/** The topic id in offset metadata; undefined for other metadata. */
export const topicIdIn = (metadata: string): string | undefined =>
  metadata.startsWith(PREFIX) ? metadata.slice(PREFIX.length) : undefined;
