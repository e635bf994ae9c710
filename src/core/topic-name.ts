const NAME = /^[a-zA-Z0-9._-]{1,200}$/;

export const isTopicName = (text: string): boolean => NAME.test(text);

/** A topic's name. Throws RangeError. */
export function topicName(text: string): string {
  if (!isTopicName(text))
    throw new RangeError(`'${text}' is no topic name; write up to 200 of a-z, A-Z, 0-9, '.', '_' and '-'`);
  return text;
}
