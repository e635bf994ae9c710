import { murmur2 } from '../util/hash.ts';

/** Kafka's limit. */
export const LONGEST_TOPIC = 249;
const NAME = /^[a-zA-Z0-9._-]+$/;

/** Whether Kafka accepts the name; the embedded log has the same rule. */
export const isTopicName = (text: string): boolean =>
  NAME.test(text) && text.length <= LONGEST_TOPIC && text !== '.' && text !== '..';

/** Parses a topic name. Throws RangeError. */
export function topicName(text: string): string {
  if (!isTopicName(text))
    throw new RangeError(
      `'${text}' is not a topic name; use up to ${LONGEST_TOPIC} of a-z, A-Z, 0-9, '.', '_' and '-'`,
    );
  return text;
}

/** 32 bits in hex. */
const hex = (hash: number): string => (hash >>> 0).toString(16).padStart(8, '0');

/** Shortens a name to `longest` characters. The end of a shortened name is a hash of the whole name, so names stay distinct. */
export function fittingName(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const end = `-${hex(murmur2(name))}${hex(murmur2(`\0${name}`))}`;
  return name.slice(0, longest - end.length) + end;
}
