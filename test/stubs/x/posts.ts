import { type Random, random } from '../../../src/core/util/random.ts';
import { formatTime, type Millis } from '../../../src/core/util/time.ts';
import { authors } from '../../../src/sources/sample/authors.ts';
import { EXTRA_TAGS, PHRASES, REPLIES } from '../../../src/sources/sample/phrases.ts';
import { type Post, snowflake } from '../../../src/sources/sample/post.ts';
import { v2 } from '../../../src/sources/sample/shape-v2.ts';
import { findEntities } from '../../../src/sources/sample/text.ts';
import type { StubRule } from './rules.ts';

/** An invented post as X sends it. */
export interface StubPost {
  readonly id: string;
  readonly at: Millis;
  readonly line: string;
  /** Matches a rule of the filtered stream. */
  readonly matches: boolean;
}

/** The parts of a post that a test sets; the rest is invented. */
export interface PostParts {
  readonly id?: string;
  readonly text?: string;
  readonly lang?: string;
  /** Tags of the rules that it matches; by default it matches one or two rules. */
  readonly tags?: readonly string[];
}

const RENAMED: Readonly<Record<string, string>> = {
  retweet_count: 'repost_count',
  tweet_count: 'post_count',
  referenced_tweets: 'referenced_posts',
  edit_history_tweet_ids: 'edit_history_post_ids',
  note_tweet: 'note_post',
};

/** The newer spelling of X's fields. */
const respell = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(respell);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [RENAMED[key] ?? key, respell(inner)]),
  );
};

/** The terms of a rule, as a post contains them. */
const termsOf = (rule: string): string[] => {
  const positive = rule.replace(/-\S+|\b(?!entity)\w+:\S+|\bOR\b|[()]|entity:/g, ' ');
  return (positive.match(/"[^"]+"|\S+/g) ?? ['news']).map((term) => term.replaceAll('"', ''));
};

const RECENT = 50;

/** Writes invented posts that match the rules; the same ones for the same seed. */
export class PostWriter {
  readonly #draw: Random;
  readonly #authors: ReturnType<typeof authors>;
  readonly #recent: Post[] = [];
  #sequence = 0;

  constructor(
    seed: number,
    readonly spelling: 'tweet' | 'post',
  ) {
    this.#draw = random(seed, 'x stub');
    this.#authors = authors(seed);
  }

  #pickRules(rules: readonly StubRule[], tags: readonly string[] | undefined): readonly StubRule[] {
    if (tags !== undefined)
      return tags.map(
        (tag, index) => rules.find((rule) => rule.tag === tag) ?? { id: String(index + 1), value: tag, tag },
      );
    if (rules.length === 0) return [];
    const first = this.#draw.pick(rules);
    const second = this.#draw.chance(0.1) ? this.#draw.pick(rules) : first;
    return second === first ? [first] : [first, second];
  }

  #text(
    matched: readonly StubRule[],
    lang: (typeof PHRASES)[number],
    of: Post | undefined,
    kind: Post['kind'],
  ): string {
    const draw = this.#draw;
    const name = matched.map(({ value }) => draw.pick(termsOf(value))).join(' and ') || 'markets';
    const fill = (phrase: string) =>
      phrase.replace('{coin}', name).replace('{price}', String(60_000 + draw.below(9000)));
    if (kind === 'reply') return `@${of!.author.username} ${fill(draw.pick(REPLIES))}`;
    if (kind === 'retweet') return `RT @${of!.author.username}: ${of!.content.text}`;
    const sentences = Array.from({ length: draw.chance(0.05) ? 8 : 1 }, () =>
      fill(draw.pick(draw.pick([lang.good, lang.bad, lang.plain]))),
    );
    const tag = draw.chance(0.3) ? ` ${draw.pick(EXTRA_TAGS)}` : '';
    const url =
      kind === 'quote' || draw.chance(0.3) ? ` https://t.co/s${draw.below(2 ** 30).toString(36)}` : '';
    return sentences.join('. ') + tag + url;
  }

  write(rules: readonly StubRule[], at: Millis, parts: PostParts = {}): StubPost {
    const draw = this.#draw;
    const chance = draw.next();
    const wish = chance < 0.7 ? 'original' : chance < 0.85 ? 'retweet' : chance < 0.92 ? 'quote' : 'reply';
    const of =
      wish === 'original' || this.#recent.length === 0 || parts.text !== undefined
        ? undefined
        : draw.pick(this.#recent);
    const kind = of === undefined ? 'original' : wish;
    const lang = draw.pick(PHRASES);
    const matched = this.#pickRules(rules, parts.tags);
    const post: Post = {
      id: parts.id ?? snowflake(at, this.#sequence++),
      time: at,
      author: draw.pick(this.#authors),
      lang: parts.lang ?? lang.lang,
      content: findEntities(parts.text ?? this.#text(matched, lang, of, kind)),
      coins: [],
      kind,
      of,
    };
    if (kind === 'original') this.#recent.push(post);
    if (this.#recent.length > RECENT) this.#recent.shift();
    const matching_rules = matched.map(({ id, tag }) => ({ id, ...(tag === undefined ? {} : { tag }) }));
    const whole = { ...v2(post), matching_rules };
    const line = JSON.stringify(this.spelling === 'post' ? respell(whole) : whole);
    return { id: post.id, at, line, matches: matched.length > 0 };
  }
}

const AUTHOR = '9000000001';

/** A v2 compliance event about a post; `scrub_geo` is about all posts of an author up to it. */
export function complianceLine(
  kind: 'delete' | 'withheld' | 'tweet_edit' | 'scrub_geo',
  id: string,
  at: Millis,
): string {
  const body =
    kind === 'scrub_geo'
      ? { user: { id: AUTHOR }, up_to_tweet_id: id }
      : { tweet: { id, author_id: AUTHOR } };
  return JSON.stringify({ data: { [kind]: { ...body, event_at: formatTime(at) } } });
}
