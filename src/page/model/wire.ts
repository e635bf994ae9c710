import type { Millis } from '../../core/util/time.ts';

/** What the server and the browser say to each other, as JSON. All times are epoch milliseconds, UTC. */

/** A candle series of one coin. */
export interface CandleMarket {
  readonly quote: string;
  readonly source: string;
  /** Window names, shortest first: `1m`, `10m`, `1M`. */
  readonly windows: readonly string[];
}

export interface CoinEntry {
  readonly coin: string;
  readonly posts: number;
  readonly markets: readonly CandleMarket[];
}

/** What a page shows. `quote` and `source` are empty for a coin without candles. */
export interface PageSelection {
  readonly coin: string;
  readonly quote: string;
  readonly source: string;
  readonly window: string;
}

/** [start, end, open, high, low, close, volume in units of the coin or null, whether it is final]. */
export type CandleRow = readonly [Millis, Millis, number, number, number, number, number | null, boolean];

/** [start, end, posts, posts with a score, mean score or null, its standard error or null, deleted posts]. */
export type PostsRow = readonly [Millis, Millis, number, number, number | null, number | null, number];

export interface PostRow {
  readonly id: string;
  readonly time: Millis;
  readonly author: string;
  /** At most `LONGEST_TEXT` characters. Untrusted. */
  readonly text: string;
  /** -1 to 1. */
  readonly score: number | null;
  readonly source: string;
  readonly price: number | null;
  readonly quote: string;
}

export interface GapRow {
  readonly source: string;
  readonly from: Millis;
  readonly to: Millis;
  readonly reason: string;
  readonly backfilled: boolean;
}

export interface CapRow {
  readonly quote: string;
  readonly time: Millis;
  readonly total: number;
  readonly final: boolean;
  /** The coin's part of the total, 0 to 1; null if it is not in the sum. */
  readonly dominance: number | null;
}

/** Rows to set. Each replaces the row of the same key, so that applying one twice changes nothing. */
export interface Changes {
  readonly candles: readonly CandleRow[];
  readonly posts: readonly PostsRow[];
  /** Newest first. */
  readonly newest: readonly PostRow[];
  /** Ids of deleted posts. */
  readonly deleted: readonly string[];
  readonly gaps: readonly GapRow[];
  readonly caps: readonly CapRow[];
  /** Most frequent first; of the newest posts of the coin. */
  readonly hashtags: readonly (readonly [tag: string, count: number])[];
}

/** Everything that a page shows of a selection. `position` is the event id to continue after. */
export interface History extends Changes {
  readonly bus: string;
  readonly selection: PageSelection;
  readonly coins: readonly CoinEntry[];
  readonly position: string;
}

/** Absences of a source: how many, how long in all, and how many of them were filled afterwards. */
export interface StageGaps {
  readonly count: number;
  readonly seconds: number;
  readonly filled: number;
}

/** The state of a stage of this process, or of a topic that other processes write. */
export interface StageRow {
  readonly name: string;
  readonly kind: 'stage' | 'topic';
  /** Records a second, over the last seconds; null until it is known. */
  readonly rate: number | null;
  readonly records: number;
  readonly lag: number | null;
  readonly watermark: Millis | null;
  readonly late: number;
  readonly rejected: number;
  /** A topic's newest append time; when a sink stored its last file. */
  readonly last: Millis | null;
  /** A sink's last file; empty without one. */
  readonly lastFile: string;
  /** What a source may still take; empty if nothing is known. */
  readonly quota: string;
  /** Absences of a source; null without any. */
  readonly gaps: StageGaps | null;
  readonly note: string;
}

export interface StatusMessage {
  readonly now: Millis;
  /** Records of the bus that the page has still to read. */
  readonly behind: number;
  readonly stages: readonly StageRow[];
  readonly coins: readonly CoinEntry[];
}

/** A lag, the correlation of attention with the return at it, and its p with all lags allowed for. Above 0, attention comes first. */
export type LagRow = readonly [lag: Millis, correlation: number | null, p: number];

/** What `signals test` says of a coin. */
export interface LeadView {
  /** The length of the windows: `10m`. */
  readonly window: string;
  readonly windows: number;
  readonly sentences: readonly string[];
  readonly isLead: boolean;
  /** 95 % of the correlations of one lag are within it by chance alone. */
  readonly band: number;
  readonly byLag: readonly LagRow[];
}

/** `why` there is no answer; empty if there is one. */
export interface LeadAnswer {
  readonly lead: LeadView | null;
  readonly why: string;
}

/** What the page needs to take likes and dislikes: the token of a request, and the ids of posts that were picked before. */
export interface PickState {
  readonly token: string;
  readonly liked: readonly string[];
  readonly disliked: readonly string[];
}

/** Characters of a post that a page shows; the rest is cut. */
export const LONGEST_TEXT = 1000;
/** Posts that a page lists. */
export const LISTED_POSTS = 100;
