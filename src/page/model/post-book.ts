import { joinKey } from '../../core/text/key.ts';
import { lowerBound } from '../../core/util/binary-search.ts';
import type { Json } from '../../core/util/json.ts';
import { type Millis, readTime } from '../../core/util/time.ts';
import { MinuteCounts } from './minute-counts.ts';
import { placeOf, type Tag } from './position.ts';
import { LISTED_POSTS, LONGEST_TEXT, type PostRow } from './wire.ts';

/** Newest posts of a coin whose text is kept. */
const MOST_POSTS = 500;
/** Posts whose time and score are kept, so that a deletion can be taken out of the counts, and a repeat not be counted. */
const MOST_IDS = 200_000;
const MOST_DELETIONS = 10_000;
/** Further coins are not shown. */
const MOST_COINS = 2_000;
const LISTED_HASHTAGS = 12;

interface KeptPost {
  readonly row: PostRow;
  readonly hashtags: readonly string[];
  readonly tag: Tag;
}

interface CoinPosts {
  readonly counts: MinuteCounts;
  /** Oldest first. */
  readonly kept: KeptPost[];
  readonly hashtags: Map<string, number>;
  total: number;
}

interface KnownPost {
  readonly time: Millis;
  readonly score: number | null;
}

/** The newest posts of each coin, and counts of all, bounded. */
export class PostBook {
  readonly #coins = new Map<string, CoinPosts>();
  readonly #known = new Map<string, KnownPost>();
  /** The topic that had the deletion first, by id. */
  readonly #deletedBy = new Map<string, string>();
  readonly #deletions: { readonly id: string; readonly tag: Tag }[] = [];

  /** Sets the post of a record, with or without a price; one that is no post of a coin is left out. */
  set(value: Json, tag: Tag): void {
    const { id, coin } = value;
    const time = readTime(String(value.created_at));
    if (typeof id !== 'string' || typeof coin !== 'string' || !Number.isFinite(time)) return;
    // Two topics have posts and their deletions, and are read at their own pace.
    if ((this.#deletedBy.get(id) ?? topicOf(tag)) !== topicOf(tag)) return;
    const posts = this.#of(coin);
    if (posts === undefined) return;
    const score = typeof value.sentiment_score === 'number' ? value.sentiment_score : null;
    const before = this.#forget(coin, id, tag);
    posts.counts.add(time, score, tag);
    posts.total += 1;
    this.#remember(joinKey(coin, id), { time, score });
    const row = postRow(id, time, score, value);
    // The topic without prices delivered the same post later: keep the known price.
    const { price, quote } = row.price === null && before !== undefined ? before.row : row;
    hold(posts, { row: { ...row, price, quote }, hashtags: textsOf(value.hashtags), tag });
  }

  /** Removes a deleted post from each of its coins. */
  delete(id: string, tag: Tag): void {
    const isFirst = !this.#deletedBy.has(id);
    this.#deletions.push({ id, tag });
    if (isFirst) this.#deletedBy.set(id, topicOf(tag));
    if (this.#deletions.length > MOST_DELETIONS) this.#deletedBy.delete(this.#deletions.shift()!.id);
    for (const coin of this.#coins.keys()) this.#forget(coin, id, tag, isFirst);
  }

  counts(coin: string): MinuteCounts {
    return this.#coins.get(coin)?.counts ?? new MinuteCounts();
  }

  /** The newest posts of a coin, newest first, that pass `matches`. */
  newest(coin: string, matches: (tag: Tag) => boolean = () => true): PostRow[] {
    const kept = this.#coins.get(coin)?.kept ?? [];
    return kept
      .slice(-LISTED_POSTS)
      .filter(({ tag }) => matches(tag))
      .map(({ row }) => row)
      .reverse();
  }

  /** Part and offset of a kept post's record. */
  tagOf(coin: string, id: string): Tag | undefined {
    return this.#coins.get(coin)?.kept.findLast(({ row }) => row.id === id)?.tag;
  }

  /** Ids deleted by records that pass `matches`. */
  deleted(matches: (tag: Tag) => boolean): string[] {
    return this.#deletions.filter(({ tag }) => matches(tag)).map(({ id }) => id);
  }

  hashtags(coin: string): [tag: string, count: number][] {
    return [...(this.#coins.get(coin)?.hashtags ?? [])]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, LISTED_HASHTAGS);
  }

  /** Number of posts by coin. */
  totals(): Map<string, number> {
    return new Map([...this.#coins].map(([coin, { total }]) => [coin, total]));
  }

  clear(): void {
    this.#coins.clear();
    this.#known.clear();
    this.#deletedBy.clear();
    this.#deletions.length = 0;
  }

  #of(coin: string): CoinPosts | undefined {
    const known = this.#coins.get(coin);
    if (known !== undefined || this.#coins.size >= MOST_COINS) return known;
    const posts = { counts: new MinuteCounts(), kept: [], hashtags: new Map(), total: 0 };
    this.#coins.set(coin, posts);
    return posts;
  }

  #remember(key: string, post: KnownPost): void {
    this.#known.set(key, post);
    if (this.#known.size <= MOST_IDS) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest!);
  }

  /** Takes a known post out of the counts and the list. Returns it if it was listed. */
  #forget(coin: string, id: string, tag: Tag, isDeletion = false): KeptPost | undefined {
    const key = joinKey(coin, id);
    const known = this.#known.get(key);
    const posts = known && this.#coins.get(coin);
    if (known === undefined || posts === undefined) return undefined;
    this.#known.delete(key);
    posts.counts.remove(known.time, known.score, tag, isDeletion);
    posts.total -= 1;
    const at = posts.kept.findLastIndex(({ row }) => row.id === id);
    if (at < 0) return undefined;
    const [post] = posts.kept.splice(at, 1);
    release(posts, post!);
    return post;
  }
}

const topicOf = ({ part }: Tag): string => placeOf(part)[0];

function hold(posts: CoinPosts, post: KeptPost): void {
  const { kept, hashtags } = posts;
  const at = lowerBound(0, kept.length, (index) => kept[index]!.row.time > post.row.time);
  kept.splice(at, 0, post);
  for (const tag of post.hashtags) hashtags.set(tag, (hashtags.get(tag) ?? 0) + 1);
  if (kept.length > MOST_POSTS) release(posts, kept.shift()!);
}

function release({ hashtags }: CoinPosts, post: KeptPost): void {
  for (const tag of post.hashtags) {
    const left = (hashtags.get(tag) ?? 0) - 1;
    if (left > 0) hashtags.set(tag, left);
    else hashtags.delete(tag);
  }
}

const MOST_HASHTAGS = 20;
const textsOf = (value: unknown): string[] =>
  Array.isArray(value)
    ? [...new Set(value.slice(0, MOST_HASHTAGS).map((text) => String(text).toLowerCase().slice(0, 50)))]
    : [];

/** Cuts a text between characters, never within one. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\uD800-\uDBFF]/.test(text[most - 1]!) ? most - 1 : most;
  return `${text.slice(0, end)}…`;
}

const textOf = (value: unknown, most: number): string => (typeof value === 'string' ? cut(value, most) : '');

const postRow = (id: string, time: Millis, score: number | null, value: Json): PostRow => ({
  id,
  time,
  author: textOf(value.username, 60) || textOf(value.name, 60) || textOf(value.author_id, 60),
  text: textOf(value.text, LONGEST_TEXT),
  score,
  source: textOf(value.source, 40),
  price: typeof value.price === 'number' ? value.price : null,
  quote: textOf(value.price_quote, 20),
});
