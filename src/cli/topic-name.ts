const PLACEHOLDER = /\{(?:coin|tag)\}/g;
const NAME = /^[a-zA-Z0-9._-]{1,200}$/;

/** A topic's name. Throws RangeError. */
export function topicName(text: string): string {
  if (!NAME.test(text))
    throw new RangeError(`'${text}' is no topic name; write up to 200 of a-z, A-Z, 0-9, '.', '_' and '-'`);
  return text;
}

/** The name of a topic written to: may hold {coin} and {tag}. Throws RangeError. */
export function topicTemplate(text: string): string {
  if (!NAME.test(text.replace(PLACEHOLDER, 'x')))
    throw new RangeError(
      `'${text}' is no topic name; write up to 200 of a-z, A-Z, 0-9, '.', '_' and '-', or {coin} or {tag}`,
    );
  return text;
}
