import { fillTopic, placeholdersIn } from '../../../market/catalog/topic-template.ts';
import { coinOf } from '../../../market/text/coins.ts';

/** Where the lines of a stream go. */
export interface Topics {
  /** The topics of a post by the tags of the rules that it matched; each once. */
  of(tags: readonly string[]): readonly string[];
  /** Every topic that a post may have gone to: a notice about one goes to all of them. */
  all(): readonly string[];
}

/** Rules of one post that count: each topic gets the whole line. */
const MOST_TAGS = 100;
/** A post that matched no rule with a tag. */
const UNTAGGED = 'untagged';

/** `template` may hold {tag}, {coin} and {coin_name}; `tags` are those of the rules. */
export function topicsOf(template: string, tags: readonly string[]): Topics {
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
        : [...new Set((found.length === 0 ? [UNTAGGED] : found.slice(0, MOST_TAGS)).map(topicOf))],
    all: () => [...new Set(known.values())],
  };
}
