import type { Millis } from '../../core/util/time.ts';
import type { PostText } from './text.ts';

export interface Author {
  readonly id: string;
  /** Such as `sample_user_17`. */
  readonly username: string;
  readonly name: string;
  readonly followers: number;
  readonly verified: boolean;
}

/** A generated post, before conversion to one of X's formats. */
export interface Post {
  readonly id: string;
  readonly time: Millis;
  readonly author: Author;
  readonly lang: string;
  readonly content: PostText;
  readonly coins: readonly ('btc' | 'eth')[];
  readonly kind: 'original' | 'retweet' | 'quote' | 'reply';
  /** The post that this one refers to; undefined for an original. */
  readonly of: Post | undefined;
}

/** Part of every generated post, so that it is not mistaken for a real one. */
export const GENERATED = 'cryptopipe sample (generated)';

/** X's epoch for ids, 2010-11-04T01:42:54.657Z. */
const SNOWFLAKE_EPOCH = 1_288_834_974_657n;

/** The id that X would assign to the `sequence`-th post of a millisecond. */
export const snowflake = (time: Millis, sequence: number): string =>
  String(((BigInt(time) - SNOWFLAKE_EPOCH) << 22n) | BigInt(sequence % 4096));
