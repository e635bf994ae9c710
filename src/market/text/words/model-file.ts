import { isObject } from '../../../core/util/json.ts';
import type { WordLayer } from './word-layer.ts';
import { SLOTS } from './word-slots.ts';

/** A sentiment model as a file holds it. */
export interface ModelFile {
  /** Stored in each scored record. */
  readonly name: string;
  /** The model whose lexicon it corrects. */
  readonly lexicon: string;
  readonly layer: WordLayer;
}

const FORMAT = 'cryptopipe-sentiment/1';

/** The file's text: JSON, with 20 weights a line. */
export function formatModelFile({ name, lexicon, layer }: ModelFile): string {
  const { slots, weights, ...numbers } = layer;
  const lines = (values: readonly number[]): string => {
    const parts: string[] = [];
    for (let at = 0; at < values.length; at += 20) parts.push(values.slice(at, at + 20).join(','));
    return `[\n${parts.join(',\n')}]`;
  };
  const head = JSON.stringify({ format: FORMAT, name, lexicon, ...numbers }).slice(0, -1);
  return `${head},\n"slots":${lines(slots)},\n"weights":${lines(weights)}}\n`;
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isListOf = (value: unknown, least: number, most: number): value is number[] =>
  Array.isArray(value) && value.every((one) => Number.isInteger(one) && one >= least && one <= most);

/** Reads a file's text. Throws RangeError, which says what is wrong with it. */
export function readModelFile(text: string): ModelFile {
  const value = parsed(text);
  if (!isObject(value) || value.format !== FORMAT)
    throw new RangeError(`not a sentiment model: its "format" is not "${FORMAT}"`);
  const { name, lexicon, bias, lexiconWeight, slope, scale, slots, weights } = value;
  if (typeof name !== 'string' || name === '' || typeof lexicon !== 'string')
    throw new RangeError('a damaged sentiment model: its "name" or "lexicon" is missing');
  if (!isNumber(bias) || !isNumber(lexiconWeight) || !isNumber(slope) || !isNumber(scale))
    throw new RangeError(
      'a damaged sentiment model: "bias", "lexiconWeight", "slope" and "scale" must be numbers',
    );
  if (!isListOf(slots, 0, SLOTS - 1) || !isListOf(weights, -127, 127) || slots.length !== weights.length)
    throw new RangeError('a damaged sentiment model: "slots" and "weights" must be lists of one length');
  return { name, lexicon, layer: { bias, lexiconWeight, slope, scale, slots, weights } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RangeError('not a sentiment model: it is not JSON');
  }
}
