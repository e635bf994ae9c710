import { featureIndex, type SparseRow } from '../../core/learn/sparse.ts';
import type { TweetBody } from '../posts/body.ts';
import { botMarks } from '../posts/bot-marks.ts';
import { scanText } from '../text/lexicon/scan.ts';

/** What relevance is learned from. */
export interface RelevantFacts {
  readonly body: TweetBody;
  /** Its coins, and the tags of its rules that are not coins. */
  readonly subjects: readonly string[];
  readonly source: string | null;
  /** -1 to 1; null if it was not scored. */
  readonly sentiment: number | null;
}

const WORD_BITS = 16;
const WORDS_MASK = (1 << WORD_BITS) - 1;
/** Values have three decimals, because a model stores the vectors of its picks. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** The index of each different word, from the hash that the scan has computed for the lexicon. */
function wordIndices(text: string): Set<number> {
  const { count, coreStarts, coreEnds, hashes } = scanText(text);
  const found = new Set<number>();
  for (let piece = 0; piece < count; piece++) {
    if (coreStarts[piece]! >= coreEnds[piece]!) continue;
    const hash = hashes[piece]!;
    found.add((hash ^ (hash >>> WORD_BITS)) & WORDS_MASK);
  }
  return found;
}

const hostOf = (url: string): string | undefined =>
  /^https?:\/\/(?:www\.)?([^/:?#]+)/i.exec(url)?.[1]?.toLowerCase();

/** Names of features that a post has or has not, by what they are of. A list of n counts as much as one of 1. */
function namedFeatures({ body, subjects, source, sentiment }: RelevantFacts): readonly (readonly string[])[] {
  const lower = (kind: string, names: readonly string[]) =>
    names.map((name) => `${kind}:${name.toLowerCase()}`);
  const magnitude =
    body.followers_count === null ? 'unknown' : Math.floor(Math.log10(1 + body.followers_count));
  const mood = sentiment === null || Math.abs(sentiment) < 0.05 ? 0 : Math.sign(sentiment);
  return [
    body.author_id === null ? [] : [`author:${body.author_id}`],
    lower('subject', subjects),
    lower('hashtag', body.hashtags),
    lower('cashtag', body.cashtags),
    lower(
      'host',
      body.urls.flatMap((url) => hostOf(url) ?? []),
    ),
    [`kind:${body.kind}`],
    [`lang:${body.lang}`],
    [`source:${source}`],
    [`followers:${magnitude}`],
    [`verified:${body.verified}`],
    [`length:${Math.floor(Math.log2(1 + body.text.length))}`],
    [`sentiment:${mood}`],
    lower('bot', botMarks(body)),
  ];
}

/** The sum of squares of the values of a text's words; a block of named features has 1. */
const WORDS_NORM = 2;

/** The words, tags, author and columns of a post as hashed features. */
export function relevanceRow(facts: RelevantFacts): SparseRow {
  const sums = new Map<number, number>();
  const add = (indices: ReadonlySet<number>, norm: number): void => {
    const value = rounded(Math.sqrt(norm / indices.size));
    for (const index of indices) sums.set(index, rounded((sums.get(index) ?? 0) + value));
  };
  add(wordIndices(facts.body.text), WORDS_NORM);
  for (const names of namedFeatures(facts)) add(new Set(names.map(featureIndex)), 1);
  return { indices: [...sums.keys()], values: [...sums.values()] };
}
