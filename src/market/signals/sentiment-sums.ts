import { sentimentLabel } from '../text/sentiment.ts';
import { SCORE_UNITS } from './post-facts.ts';

/** Sums over posts. All are whole numbers, so that neither order nor grouping changes them. */
export interface SentimentSums {
  posts: number;
  /** Posts with a score, and the sums of their scores and squares in units of 1/10,000. */
  scored: number;
  sum: number;
  squares: number;
  positive: number;
  negative: number;
  /** Sum of the weights ln(1 + followers) in 1/1,000, and of weight x score. */
  weight: number;
  weighted: number;
}

export const newSums = (): SentimentSums => ({
  posts: 0,
  scored: 0,
  sum: 0,
  squares: 0,
  positive: 0,
  negative: 0,
  weight: 0,
  weighted: 0,
});

export function addPost(sums: SentimentSums, score: number | null, followers: number | null): void {
  sums.posts += 1;
  if (score === null) return;
  sums.scored += 1;
  sums.sum += score;
  sums.squares += score * score;
  const label = sentimentLabel(score / SCORE_UNITS);
  if (label === 'positive') sums.positive += 1;
  if (label === 'negative') sums.negative += 1;
  const weight = Math.round(1000 * Math.log1p(followers ?? 0));
  sums.weight += weight;
  sums.weighted += weight * score;
}

export function mergeSums(sums: SentimentSums, other: SentimentSums): void {
  for (const name of Object.keys(sums) as (keyof SentimentSums)[]) sums[name] += other[name];
}

/** The sentiment columns of a signal. */
export interface Sentiment {
  /** Posts with a score. */
  readonly n: number;
  /** Mean score, -1 to 1; null without scores. */
  readonly mean: number | null;
  /** Standard error of the mean; null for fewer than two scores. */
  readonly se: number | null;
  /** ln((1 + positive) / (1 + negative)) (Antweiler and Frank 2004). */
  readonly bullishness: number | null;
  /** 1 - sqrt(1 - ((positive - negative) / (positive + negative))^2): 1 if all agree, 0 if they are divided evenly. */
  readonly agreement: number | null;
  /** Mean score, weighted by ln(1 + followers); null if no author has a known follower. */
  readonly weighted: number | null;
}

export function sentimentOf(sums: SentimentSums): Sentiment {
  const { scored: n, sum, squares, positive, negative, weight, weighted } = sums;
  const opinions = positive + negative;
  const balance = opinions === 0 ? 0 : (positive - negative) / opinions;
  const variance = n < 2 ? 0 : Math.max(0, (squares - (sum * sum) / n) / (n - 1));
  return {
    n,
    mean: n === 0 ? null : sum / n / SCORE_UNITS,
    se: n < 2 ? null : Math.sqrt(variance / n) / SCORE_UNITS,
    bullishness: n === 0 ? null : Math.log((1 + positive) / (1 + negative)),
    agreement: opinions === 0 ? null : 1 - Math.sqrt(1 - balance * balance),
    weighted: weight === 0 ? null : weighted / weight / SCORE_UNITS,
  };
}
