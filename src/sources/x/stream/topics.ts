import { fillTopic, placeholdersIn } from '../../../market/catalog/topic-template.ts';
import { coinOf } from '../../../market/text/coins.ts';

/** Routes the lines of a stream to topics. */
export interface PostTopics {
  /** The distinct topics of a post, by the tags of its matching rules. */
  of(tags: readonly string[]): readonly string[];
  /** Every topic a post may have gone to: a compliance event goes to all of them. */
  all(): readonly string[];
}

/** Tags used of one post: each topic gets a copy of the whole line. */
const MAX_TAGS = 100;
/** Replaces the tag of a post that matched no tagged rule. */
const UNTAGGED = 'untagged';

/** `template` may contain {tag}, {coin} and {coin_name}; `tags` are those of the rules. */
export function postTopics(template: string, tags: readonly string[]): PostTopics {
  if (placeholdersIn(template).length === 0) {
    const only = [template];
    return { of: () => only, all: () => only };
  }
  const known = new Map<string, string>();
  const topicOf = (tag: string): string => {
    const coin = () => coinOf(tag) ?? tag.toLowerCase();
    const topic = known.get(tag) ?? fillTopic(template, { tag, coin: coin() }, UNTAGGED);
    known.set(tag, topic);
    return topic;
  };
  tags.forEach(topicOf);
  return {
    of: (found) =>
      found.length === 1
        ? [topicOf(found[0]!)]
        : [...new Set((found.length === 0 ? [UNTAGGED] : found.slice(0, MAX_TAGS)).map(topicOf))],
    all: () => [...new Set(known.values())],
  };
}
