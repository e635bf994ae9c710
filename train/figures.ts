import { unescapeText } from '../src/market/posts/fields.ts';
import { agreementOf } from '../src/market/text/words/agreement.ts';
import type { LabelledText } from '../src/market/text/words/train-layer.ts';

type Score = (text: string) => number;

const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;

export const header = `${row('texts', 'model', 'AUC (95 %)', 'opposite', 'neutral kept')}\n${row('---', '---', '---', '---', '---')}`;

/** A row of figures: how a score agrees with people's labels. */
export function agreementRow(
  name: string,
  model: string,
  texts: readonly LabelledText[],
  score: Score,
): string {
  const { auc, opposite, clear, kept, neutral } = agreementOf(
    texts.map(({ text }) => score(text)),
    texts.map(({ label }) => label),
  );
  return row(
    name,
    model,
    `${auc.auc.toFixed(3)} (${auc.low.toFixed(3)} to ${auc.high.toFixed(3)})`,
    `${opposite} of ${clear}`,
    neutral === 0 ? '' : `${((100 * kept) / neutral).toFixed(1)} %`,
  );
}

/** Pearson's correlation with mean ratings, lines `id<TAB>rating<TAB>text`, with Fisher's interval. */
export function correlationRow(model: string, truth: string, score: Score): string {
  const pairs = truth
    .split(/\r?\n/)
    .filter(Boolean)
    .map((line) => {
      const [, rating = '', text = ''] = line.split('\t');
      return [Number(rating), score(unescapeText(text))] as const;
    });
  const mean = (side: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  const means = [mean(0), mean(1)] as const;
  const product = (a: 0 | 1, b: 0 | 1) =>
    pairs.reduce((sum, pair) => sum + (pair[a] - means[a]) * (pair[b] - means[b]), 0);
  const r = product(0, 1) / Math.sqrt(product(0, 0) * product(1, 1));
  const error = 1.96 / Math.sqrt(pairs.length - 3);
  const bound = (sign: number) => Math.tanh(Math.atanh(r) + sign * error).toFixed(3);
  return `${model}: correlation ${r.toFixed(3)} (${bound(-1)} to ${bound(1)}) with ${pairs.length} mean ratings`;
}

const BANDS = [-1, -0.6, -0.2, 0.2, 0.6, 1.001];

/** Mean score beside mean label (-1, 0, 1) by bands of the score, without the scores that are 0: equal where it is calibrated. */
export function calibrationRow(name: string, texts: readonly LabelledText[], score: Score): string {
  const scored = texts
    .map(({ text, label }) => ({ label, score: score(text) }))
    .filter(({ score }) => score !== 0);
  const cells = BANDS.slice(1).map((to, at) => {
    const band = scored.filter(({ score }) => score >= BANDS[at]! && score < to);
    const mean = (of: (one: (typeof band)[number]) => number) =>
      (band.reduce((sum, one) => sum + of(one), 0) / band.length).toFixed(2);
    return `${mean(({ score }) => score)}: ${mean(({ label }) => label)} (${band.length})`;
  });
  return row(name, ...cells);
}
