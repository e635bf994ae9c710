import type { Topic } from './topics.ts';

/** The position of a record in the bus. */
export interface Tag {
  /** The feed's topic and partition. */
  readonly part: string;
  readonly offset: number;
}

/** The offset to read next, by topic and partition. */
export type PagePosition = ReadonlyMap<string, number>;

export const partOf = (topic: string, partition: number): string => `${topic}/${partition}`;

/** The topic and partition of a part. */
export function placeOf(part: string): [topic: string, partition: number] {
  const at = part.lastIndexOf('/');
  return [part.slice(0, at), Number(part.slice(at + 1))];
}

/** Whether the record at `tag` is not contained in the position. */
export const isAfter = ({ part, offset }: Tag, position: PagePosition): boolean =>
  offset >= (position.get(part) ?? 0);

/** `candles*IDENTITY:3,0,14;gaps*IDENTITY:2`: the text of an event id. The identity tells a recreated topic from the old one. */
export const formatEventId = (topics: readonly Topic[]): string =>
  topics.map(({ name, identity, next }) => `${name}*${identity}:${next.join(',')}`).join(';');

/**
 * Reads an event id. Undefined if the topics no longer hold what it stands for: it is of another bus, or of a topic that was
 * recreated, or no event id at all.
 */
export function parseEventId(text: string, topics: readonly Topic[]): PagePosition | undefined {
  const position = new Map<string, number>();
  for (const part of text.split(';').filter((one) => one !== '')) {
    const [, name, identity, offsets] = /^([\w.-]+)\*([\w-]*):(\d[\d,]*)$/.exec(part) ?? [];
    const topic = topics.find((one) => one.name === name && one.identity === identity);
    if (topic === undefined || offsets === undefined) return undefined;
    for (const [partition, offset] of offsets.split(',').map(Number).entries()) {
      if (offset > (topic.next[partition] ?? -1)) return undefined;
      position.set(partOf(topic.name, partition), offset);
    }
  }
  return position;
}
