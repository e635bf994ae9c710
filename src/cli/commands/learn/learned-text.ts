import { counted, groupDigits } from '../../../core/text/numbers.ts';
import { FEWEST_PICKS, type RelevanceModel } from '../../../market/relevance/model.ts';

interface Learned {
  readonly model: RelevanceModel;
  /** Picks of the model before. */
  readonly before: number;
}

function countsOf({ model: { picks }, before }: Learned) {
  const liked = picks.filter((pick) => pick.liked).length;
  return { picks: picks.length, added: picks.length - before, liked, disliked: picks.length - liked };
}

const twoDigits = (value: number): string => value.toFixed(2);

function qualityText({ auc }: RelevanceModel): string {
  if (auc === undefined)
    return 'Held back: nothing yet; it takes two liked and two disliked posts that differ.';
  return `Held back: AUC ${twoDigits(auc.auc)} (95 % interval ${twoDigits(auc.low)} to ${twoDigits(auc.high)}); 0.50 is chance, 1.00 is perfect.`;
}

/** What a model has learned, in two sentences. */
export function learnedSentences(learned: Learned, file: string): readonly string[] {
  const { picks, added, liked, disliked } = countsOf(learned);
  return [
    `${file}: ${counted(picks, 'pick')} (${groupDigits(liked)} liked, ${groupDigits(disliked)} disliked), ${groupDigits(added)} new.`,
    qualityText(learned.model),
  ];
}

/** The same and what to do with it, in words. `self`: how the user starts this program. */
export function learnedText(
  learned: Learned,
  { file, self }: { readonly file: string; readonly self: string },
): string {
  const { picks } = countsOf(learned);
  const few = picks < FEWEST_PICKS || learned.model.auc === undefined;
  return [
    ...learnedSentences(learned, file),
    few
      ? `With fewer than ${FEWEST_PICKS} picks it ranks posts only: --min-relevance takes it with --force alone.`
      : 'Its probabilities are calibrated on held-back picks.',
    `Use it: ${self} process select --relevance ${file}`,
    '',
  ].join('\n');
}

/** The same as a line of JSON. */
export function learnedJson(learned: Learned, file: string): string {
  const { auc } = learned.model;
  const quality = auc === undefined ? null : { auc: auc.auc, low: auc.low, high: auc.high };
  return `${JSON.stringify({ model: file, ...countsOf(learned), held_back: quality })}\n`;
}
