import { Problem } from '../../core/problem.ts';
import { coinName, coinOf } from '../../market/coins.ts';

/** Where the lines of a stream go. */
export interface Topics {
  /** The topics of a post by the tags of the rules that it matched; each once. */
  of(tags: readonly string[]): readonly string[];
  /** Every topic that a post may have gone to: a notice about one goes to all of them. */
  all(): readonly string[];
}

const PLACEHOLDER = /\{(tag|coin|coin_name)\}/g;
/** A post that matched no rule with a tag. */
const UNTAGGED = 'untagged';

/** What a bus allows in a topic's name. */
const part = (text: string): string => text.replace(/[^a-zA-Z0-9._-]+/g, '_').slice(0, 80) || UNTAGGED;

function filled(template: string, tag: string): string {
  const coin = coinOf(tag) ?? tag.toLowerCase();
  const values: Readonly<Record<string, string>> = { tag, coin, coin_name: coinName(coin) };
  return template.replace(PLACEHOLDER, (_, name: string) => part(values[name]!));
}

/** `template` may hold {tag}, {coin} and {coin_name}; `tags` are those of the rules. Throws Problem `usage`. */
export function topicsOf(template: string, tags: readonly string[], isSample: boolean): Topics {
  if (!/[{}]/.test(template)) {
    const only = [template];
    return { of: () => only, all: () => only };
  }
  const unknown = template.replace(PLACEHOLDER, '');
  if (/[{}]/.test(unknown))
    throw new Problem(
      'usage',
      `--topic ${template}: a placeholder that the source x does not have`,
      'Write {tag}, {coin} or {coin_name}.',
    );
  if (isSample)
    throw new Problem(
      'usage',
      `--topic ${template}: posts of the sample stream match no rule, so they have no tag`,
      'Name one topic, or leave --sample-stream out.',
    );
  const known = new Map<string, string>();
  const topicOf = (tag: string): string => {
    const topic = known.get(tag) ?? filled(template, tag);
    known.set(tag, topic);
    return topic;
  };
  tags.forEach(topicOf);
  return {
    of: (found) =>
      found.length === 1
        ? [topicOf(found[0]!)]
        : [...new Set((found.length === 0 ? [UNTAGGED] : found).map(topicOf))],
    all: () => [...new Set(known.values())],
  };
}
