import crypto from './lexicon/crypto.txt';
import emoji from './lexicon/emoji.txt';
import { buildLexicon, type Grammar } from './lexicon/lexicon.ts';
import { sentimentScorer } from './lexicon/rules.ts';
import trade from './lexicon/trade.txt';
import vader from './lexicon/vader.txt';
import cryptoLayer from './words/crypto-2.txt';
import { readModelFile } from './words/model-file.ts';
import { layeredScorer, NEUTRAL_BELOW, type WordLayer } from './words/word-layer.ts';

export type SentimentLabel = 'positive' | 'neutral' | 'negative';

export interface SentimentModel {
  /** Stored in each scored record, so that scores of different models can be told apart. */
  readonly name: string;
  /** -1 to 1. Deterministic. */
  readonly score: (text: string) => number;
}

/** The built-in models; the first is the default. */
export const SENTIMENT_MODELS = ['vader+crypto/2', 'vader+crypto/1'] as const;
type BuiltIn = (typeof SENTIMENT_MODELS)[number];
const DEFAULT: BuiltIn = SENTIMENT_MODELS[0];

/** Scores by VADER's list and ours alone: of vader+crypto/1, or what the layer of vader+crypto/2 corrects. */
export const lexiconScorer = (grammar: Grammar): ((text: string) => number) =>
  sentimentScorer(
    buildLexicon(grammar === 1 ? [vader, emoji, crypto] : [vader, emoji, crypto, trade], grammar),
  );

/** The layer of the default model, which a model of the user's own begins with. */
export const defaultLayer = (): WordLayer => readModelFile(cryptoLayer).layer;

const builders: Readonly<Record<BuiltIn, () => SentimentModel['score']>> = {
  'vader+crypto/1': () => lexiconScorer(1),
  'vader+crypto/2': () => layeredScorer(lexiconScorer(2), defaultLayer()),
};
const built = new Map<BuiltIn, SentimentModel>();

/** A built-in model. The lists are loaded at its first use. */
export function sentimentModel(name: BuiltIn = DEFAULT): SentimentModel {
  const model = built.get(name) ?? { name, score: builders[name]() };
  built.set(name, model);
  return model;
}

/** A text's score by the default model. */
export const sentimentScore = (text: string): number => sentimentModel().score(text);

export const isBuiltInModel = (name: string): name is BuiltIn =>
  (SENTIMENT_MODELS as readonly string[]).includes(name);

/** The model of a file's text. Throws RangeError, which says what is wrong with it. */
export function readSentimentModel(text: string): SentimentModel {
  const { name, lexicon, layer } = readModelFile(text);
  if (lexicon !== DEFAULT)
    throw new RangeError(`a sentiment model on ${lexicon}, but this version has ${DEFAULT}; train it again`);
  return { name, score: layeredScorer(lexiconScorer(2), layer) };
}

export function sentimentLabel(score: number): SentimentLabel {
  if (score >= NEUTRAL_BELOW) return 'positive';
  return score <= -NEUTRAL_BELOW ? 'negative' : 'neutral';
}
