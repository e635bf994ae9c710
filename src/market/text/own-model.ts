import { assignFold } from '../../core/learn/cross-validation.ts';
import { murmur2 } from '../../core/util/hash.ts';
import { normalizeText } from './normalize.ts';
import { defaultLayer, lexiconScorer, SENTIMENT_MODELS, sentimentModel } from './sentiment.ts';
import { type Agreement, agreementOf } from './words/agreement.ts';
import type { ModelFile } from './words/model-file.ts';
import { fitSlope, type LabelledText, trainLayer } from './words/train-layer.ts';
import { layerLogOdds, NEUTRAL_BELOW, scoreOfLogOdds, type WordLayer } from './words/word-layer.ts';

const PARTS = 5;
/** A strong prior: it takes dozens of labels to move a word away from what the default model says. */
const TRAINING = { l1: 0, l2: 10, trust: 1 };
/** Fewer positive or negative texts than this, among those in which the lexicon sees a feeling, are too few. */
const FEWEST_LABELS = 10;

export interface OwnModel {
  readonly file: ModelFile;
  /** On the texts that each of five trainings left out. */
  readonly validation: { readonly own: Agreement; readonly builtIn: Agreement };
}

/** Counts of the texts that the lexicon sees a feeling in, by label. */
function countsOf(examples: readonly LabelledText[], scores: readonly number[]) {
  const seen = examples.filter((_, at) => Math.abs(scores[at]!) >= NEUTRAL_BELOW);
  const count = (label: number) => seen.filter((one) => one.label === label).length;
  return { positive: count(1), negative: count(-1) };
}

const nameOf = ({ slots, weights, bias }: WordLayer): string => {
  const text = [bias, ...slots, ...weights].join(',');
  return `${SENTIMENT_MODELS[0]}+${(murmur2(text) >>> 0).toString(16).padStart(8, '0')}`;
};

/**
 * Trains a model of the user's own, which begins with the default one, and measures both on texts that a training left
 * out; copies of a text are left out together. Throws RangeError for too few labels.
 */
export function trainOwnModel(examples: readonly LabelledText[]): OwnModel {
  const lexiconScore = lexiconScorer(2);
  const lexiconScores = examples.map(({ text }) => lexiconScore(text));
  const { positive, negative } = countsOf(examples, lexiconScores);
  if (Math.min(positive, negative) < FEWEST_LABELS)
    throw new RangeError(
      `${positive} positive and ${negative} negative texts that contain a listed word are too few; training needs ${FEWEST_LABELS} of each`,
    );
  const training = { ...TRAINING, lexiconScore, from: defaultLayer() };
  const labels = examples.map(({ label }) => label);
  const fold = assignFold(
    { labels: labels.map((label) => label > 0), groups: examples.map(({ text }) => normalizeText(text)) },
    PARTS,
  );
  /** The log odds of each text by the training that left it out; undefined where the lexicon is neutral. */
  const odds: (number | undefined)[] = examples.map(() => undefined);
  for (let part = 0; part < PARTS; part++) {
    const oddsOf = layerLogOdds(
      trainLayer(
        examples.filter((_, at) => fold[at] !== part),
        training,
      ),
    );
    for (const [at, { text }] of examples.entries())
      if (fold[at] === part && Math.abs(lexiconScores[at]!) >= NEUTRAL_BELOW)
        odds[at] = oddsOf(text, lexiconScores[at]!);
  }
  const slope = fitSlope(
    odds.filter((value) => value !== undefined),
    labels.filter((_, at) => odds[at] !== undefined),
  );
  const layer = { ...trainLayer(examples, training), slope };
  const own = odds.map((value, at) =>
    value === undefined ? lexiconScores[at]! : scoreOfLogOdds(value, slope),
  );
  const { score } = sentimentModel();
  return {
    file: { name: nameOf(layer), lexicon: SENTIMENT_MODELS[0], layer },
    validation: {
      own: agreementOf(own, labels),
      builtIn: agreementOf(
        examples.map(({ text }) => score(text)),
        labels,
      ),
    },
  };
}
