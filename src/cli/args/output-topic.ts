import { isTopicName, LONGEST_TOPIC } from '../../core/text/topic-name.ts';
import { fillTopic } from '../../market/catalog/topic-template.ts';

/** Parses the name of an output topic; may contain {coin}, {coin_name}, {tag} and {lang}. Throws RangeError. */
export function outputTopic(text: string): string {
  if (!isTopicName(fillTopic(text, {}, 'x')))
    throw new RangeError(
      `'${text}' is not a topic name; use up to ${LONGEST_TOPIC} characters of a-z, A-Z, 0-9, '.', '_' and '-', or {coin}, {coin_name}, {tag} or {lang}`,
    );
  return text;
}
