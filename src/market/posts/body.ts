import type { Millis } from '../../core/util/time.ts';

export type TweetKind = 'original' | 'retweet' | 'quote' | 'reply';

/** The fields common to both shapes, besides id and time. Null where X sent nothing. */
export interface TweetBody {
  /** Tags of all matching rules, in X's order. */
  readonly tags: readonly string[];
  /** If a post is several kinds: retweet before quote before reply. */
  readonly kind: TweetKind;
  readonly lang: string | null;
  /** The full text, unescaped; for a retweet the text of the original if X sent it. */
  readonly text: string;
  /** Without `#` and `$`, as written. */
  readonly hashtags: readonly string[];
  readonly cashtags: readonly string[];
  /** Expanded if X sent the expanded form. */
  readonly urls: readonly string[];
  readonly author_id: string | null;
  readonly username: string | null;
  readonly name: string | null;
  readonly followers_count: number | null;
  readonly verified: boolean | null;
  /** Counts of the post when X sent it; near 0 on a live stream. */
  readonly favorite_count: number | null;
  readonly retweet_count: number | null;
  readonly reply_count: number | null;
  readonly quote_count: number | null;
}

/** A post of any network. */
export interface Tweet {
  readonly id: string;
  /** Event time. */
  readonly time: Millis;
  /** The event time as ISO 8601 UTC with milliseconds. */
  readonly created_at: string;
  readonly body: TweetBody;
  /** Side fields with an unusable value, which are null in `body`. */
  readonly badFields: readonly string[];
  /** When the network first saw it, where the post's own time is its author's claim. */
  readonly seenAt?: Millis;
  /** The revision of an edited post that keeps its id. */
  readonly revision?: string;
}
