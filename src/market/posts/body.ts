export type TweetKind = 'original' | 'retweet' | 'quote' | 'reply';

/** What both shapes have in common beside id and time. Null where X did not say. */
export interface TweetBody {
  /** Tags of all matching rules, in X's order. */
  readonly tags: readonly string[];
  /** A retweet before a quote before a reply, where a post is several. */
  readonly kind: TweetKind;
  readonly lang: string | null;
  /** The full text, unescaped; of a retweet the whole original where X sent it. */
  readonly text: string;
  /** Without `#` and `$`, as written. */
  readonly hashtags: readonly string[];
  readonly cashtags: readonly string[];
  /** Expanded where X did. */
  readonly urls: readonly string[];
  readonly author_id: string | null;
  readonly username: string | null;
  readonly name: string | null;
  readonly followers_count: number | null;
  readonly verified: boolean | null;
  /** The post's own counts when X sent it: near 0 on a live stream. */
  readonly favorite_count: number | null;
  readonly retweet_count: number | null;
  readonly reply_count: number | null;
  readonly quote_count: number | null;
}
