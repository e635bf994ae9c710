import type { Json } from '../../../core/util/json.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { Tweet } from '../body.ts';

/** A line of a network that is not a post. */
export interface NetworkEvent {
  /** `delete`, `account deleted`, or a kind that is only counted. */
  readonly kind: string;
  /** The post that it deletes. */
  readonly postId?: string;
  /** The author whose posts must all be deleted, or those in `postIds`. */
  readonly authorId?: string;
  /** Ids of the author's posts; another author's posts stay. Absent: all the author's posts. */
  readonly postIds?: readonly string[];
  /** When the network saw it; NaN if unknown. */
  readonly time: Millis;
}

/** A network other than X: how its lines are read, as its own service sends them. */
export interface Network {
  readonly isLine: (value: Json) => boolean;
  /** The event of a line; undefined for a post. Never throws. */
  readonly eventOf: (line: Json) => NetworkEvent | undefined;
  /** Throws InvalidRecord. */
  readonly idOf: (line: Json) => string;
  /** Event time of a post, time of an event; NaN without one. Never throws. */
  readonly timeOf: (line: Json) => Millis;
  /** Throws InvalidRecord. */
  readonly readPost: (line: Json) => Tweet;
}
