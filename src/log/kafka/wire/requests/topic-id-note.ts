const PREFIX = 'topic-id ';

/** A position's metadata: the id of the topic that it is of. Without one the metadata is empty. */
export const topicIdNote = (topicId: string | undefined): string =>
  topicId === undefined ? '' : PREFIX + topicId;

/** The id in a position's metadata; undefined where whoever committed it wrote something else. */
export const topicIdIn = (metadata: string): string | undefined =>
  metadata.startsWith(PREFIX) ? metadata.slice(PREFIX.length) : undefined;
