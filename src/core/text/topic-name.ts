import { murmur2 } from '../util/hash.ts';

/** What Kafka allows. */
export const LONGEST_TOPIC = 249;
const NAME = /^[a-zA-Z0-9._-]+$/;

/** Kafka takes it; the embedded log takes the same. */
export const isTopicName = (text: string): boolean =>
  NAME.test(text) && text.length <= LONGEST_TOPIC && text !== '.' && text !== '..';

/** A topic's name. Throws RangeError. */
export function topicName(text: string): string {
  if (!isTopicName(text))
    throw new RangeError(
      `'${text}' is no topic name; write up to ${LONGEST_TOPIC} of a-z, A-Z, 0-9, '.', '_' and '-'`,
    );
  return text;
}

/** 32 bits in hex. */
const hex = (hash: number): string => (hash >>> 0).toString(16).padStart(8, '0');

/** A name of `longest` characters at most: the end of a longer one is a hash of the whole, so that two stay two. */
export function fittingName(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const end = `-${hex(murmur2(name))}${hex(murmur2(`\0${name}`))}`;
  return name.slice(0, longest - end.length) + end;
}
