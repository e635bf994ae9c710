import { readFileSync } from 'node:fs';
import { findCoins } from '../../../../src/market/text/find-coins.ts';

/**
 * Short texts of our own, half of them traps, with the coins that they are about. Every second line is held back: word
 * lists and rules are tuned on the other half.
 */
export interface LabelledText {
  readonly text: string;
  readonly coins: readonly string[];
  readonly half: 'tune' | 'held';
}

export const LABELLED: readonly LabelledText[] = readFileSync(
  new URL('labelled.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** A text as X sends it, with its tags apart. */
export const postOf = (text: string) => {
  const tags = (sign: RegExp): string[] => [...text.matchAll(sign)].map(([, tag]) => tag!);
  return { text, cashtags: tags(/\$([A-Za-z]{1,6})(?!\w)/g), hashtags: tags(/#([\p{L}\p{M}\p{N}_]+)/gu) };
};

export function scoreOf(half: LabelledText['half']) {
  let right = 0;
  let found = 0;
  let named = 0;
  const errors: string[] = [];
  for (const { text, coins } of LABELLED.filter((one) => one.half === half)) {
    const answer = findCoins(postOf(text)).map(({ coin }) => coin);
    const hits = answer.filter((coin) => coins.includes(coin)).length;
    right += hits;
    found += answer.length;
    named += coins.length;
    if (hits < answer.length || hits < coins.length) errors.push(`${text}: ${answer}, not ${coins}`);
  }
  return { precision: right / found, recall: right / named, named, errors };
}
