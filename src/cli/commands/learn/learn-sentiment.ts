import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { UserError } from '../../../core/errors.ts';
import { LARGEST_MODEL } from '../../../core/text/file-read-error.ts';
import { counted, groupDigits } from '../../../core/text/numbers.ts';
import { isObject } from '../../../core/util/json.ts';
import { type OwnModel, trainOwnModel } from '../../../market/text/own-model.ts';
import { SENTIMENT_MODELS } from '../../../market/text/sentiment.ts';
import type { Agreement } from '../../../market/text/words/agreement.ts';
import { formatModelFile, readModelFile } from '../../../market/text/words/model-file.ts';
import type { LabelledText } from '../../../market/text/words/train-layer.ts';
import { readTextFile } from '../../args/read-text.ts';

const LABELS: Readonly<Record<string, LabelledText['label']>> = {
  positive: 1,
  neutral: 0,
  negative: -1,
  '1': 1,
  '0': 0,
  '-1': -1,
};
/** Lines that cannot be read are named up to this number. */
const SHOWN_LINES = 5;

/** Reads JSON lines `{"text", "label"}`. Throws UserError `usage` that names the invalid lines. */
export function readLabels(file: string, text: string): LabelledText[] {
  const faults: number[] = [];
  const examples = text.split('\n').flatMap((line, at): LabelledText[] => {
    if (line.trim() === '') return [];
    const example = labelledText(line);
    if (example === undefined) faults.push(at + 1);
    return example === undefined ? [] : [example];
  });
  if (faults.length === 0) return examples;
  throw new UserError(
    'usage',
    `--sentiment ${file}: ${counted(faults.length, 'line')} without a text and a label (line ${faults.slice(0, SHOWN_LINES).join(', ')})`,
    'Write one JSON object a line: {"text": "...", "label": "positive"}; labels are positive, neutral and negative.',
  );
}

function labelledText(line: string): LabelledText | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value) || typeof value.text !== 'string') return undefined;
    const name = String(value.label);
    const label = Object.hasOwn(LABELS, name) ? LABELS[name] : undefined;
    return label === undefined ? undefined : { text: value.text, label };
  } catch {
    return undefined;
  }
}

/** Throws UserError `usage` rather than replace a file that is no sentiment model. */
function requireReplaceable(file: string): void {
  if (!existsSync(file)) return;
  try {
    readModelFile(readTextFile('--model', file, LARGEST_MODEL));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError('usage', `--model ${file}: ${error.message}`, 'Name a new file with --model.');
  }
}

function agreementText({ auc, opposite, clear, kept, neutral }: Agreement): string {
  const [value, low, high] = [auc.auc, auc.low, auc.high].map((one) => one.toFixed(3));
  const ofNeutral =
    neutral === 0 ? '' : `, ${groupDigits(kept)} of ${groupDigits(neutral)} neutral kept neutral`;
  return `AUC ${value} (95 % interval ${low} to ${high}), ${groupDigits(opposite)} of ${groupDigits(clear)} with the opposite sign${ofNeutral}`;
}

function resultText(
  { file: { name }, validation: { own, builtIn } }: OwnModel,
  file: string,
  self: string,
): string {
  const gain = own.auc.auc - builtIn.auc.auc;
  const isBetter = gain > 0 || (gain === 0 && own.opposite < builtIn.opposite);
  return [
    `${file}: model ${name}, of ${groupDigits(own.clear + own.neutral)} labelled texts.`,
    `Held back, it has ${agreementText(own)}.`,
    `${SENTIMENT_MODELS[0]} has ${agreementText(builtIn)}.`,
    isBetter
      ? `Use it: ${self} process select --sentiment-model ${file}`
      : `It is not better there: keep ${SENTIMENT_MODELS[0]}, or label more texts.`,
    '',
  ].join('\n');
}

/** Trains a sentiment model on a file of labels and writes it; answers with what to print. Throws UserError. */
export function learnSentiment(
  labels: string,
  file: string,
  { json, self }: { readonly json: boolean; readonly self: string },
): string {
  const examples = readLabels(labels, readTextFile('--sentiment', labels, LARGEST_MODEL));
  requireReplaceable(file);
  let learned: OwnModel;
  try {
    learned = trainOwnModel(examples);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError('usage', `--sentiment ${labels}: ${error.message}`, 'Label more texts.');
  }
  try {
    writeFileSync(`${file}.new`, formatModelFile(learned.file));
    renameSync(`${file}.new`, file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError('usage', `--model: ${why}`, 'Name a file in a folder that you can write to.', false, {
      cause,
    });
  }
  const { own, builtIn } = learned.validation;
  return json
    ? `${JSON.stringify({ model: file, name: learned.file.name, held_back: own, built_in: builtIn })}\n`
    : resultText(learned, file, self);
}
