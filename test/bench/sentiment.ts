import { readFileSync } from 'node:fs';
import { unescapeText } from '../../src/market/posts/fields.ts';
import { buildLexicon } from '../../src/market/text/lexicon/lexicon.ts';
import { sentimentScorer } from '../../src/market/text/lexicon/rules.ts';
import vader from '../../src/market/text/lexicon/vader.txt';
import { SENTIMENT_MODELS, sentimentModel } from '../../src/market/text/sentiment.ts';

export interface Correlation {
  readonly posts: number;
  /** Pearson with the human means: our models by name, and VADER's list alone. The paper reports 0.88 for VADER on these posts. */
  readonly models: Readonly<Record<string, number>>;
  readonly vaderAlone: number;
}

function pearson(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let xy = 0;
  let xx = 0;
  let yy = 0;
  xs.forEach((x, index) => {
    const [dx, dy] = [x - meanX, ys[index]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return xy / Math.sqrt(xx * yy);
}

/** Scores VADER's ground truth: lines of id, mean rating -4 to 4 and text, separated by tabs. */
export function correlation(path: string): Correlation {
  const rows = readFileSync(path, 'utf8').split(/\r?\n/).filter(Boolean);
  const posts = rows.map((row) => {
    const [, mean = '', text = ''] = row.split('\t');
    return { mean: Number(mean), text: unescapeText(text) };
  });
  const human = posts.map(({ mean }) => mean);
  const against = (score: (text: string) => number): number =>
    pearson(
      posts.map(({ text }) => score(text)),
      human,
    );
  const models = SENTIMENT_MODELS.map((name) => [name, against(sentimentModel(name).score)] as const);
  return {
    posts: posts.length,
    models: Object.fromEntries(models),
    vaderAlone: against(sentimentScorer(buildLexicon([vader]))),
  };
}
