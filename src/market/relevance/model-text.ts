import { isObject, type Json, objectsOf, parseJson } from '../../core/util/json.ts';
import type { Pick, RelevanceModel } from './model.ts';

const SCHEMA = 'relevance/1';
/** Maximum characters of a model's file. */
const LONGEST = 64 * 2 ** 20;

const digits = (value: number): number => Number(value.toPrecision(9));

/** The JSON text of a model's file, one pick a line. */
export function formatModel({ picks, linear, calibration, auc }: RelevanceModel): string {
  const head = {
    schema: SCHEMA,
    held_back: auc === undefined ? null : { auc: auc.auc, low: auc.low, high: auc.high },
    calibration: { slope: digits(calibration.slope), offset: digits(calibration.offset) },
    bias: digits(linear.bias),
    weights: Object.fromEntries([...linear.weights].map(([index, weight]) => [index, digits(weight)])),
  };
  const lines = picks.map(({ id, liked, group, row }) =>
    JSON.stringify({ id, liked, group, indices: Array.from(row.indices), values: Array.from(row.values) }),
  );
  return `${JSON.stringify(head).slice(0, -1)},"picks":[\n${lines.join(',\n')}\n]}\n`;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const numbersIn = (value: unknown): readonly number[] | undefined =>
  Array.isArray(value) && value.every(isNumber) ? value : undefined;

function readPick({ id, liked, group, indices, values }: Json): Pick | undefined {
  const [at, of] = [numbersIn(indices), numbersIn(values)];
  if (typeof id !== 'string' || typeof liked !== 'boolean' || typeof group !== 'string') return undefined;
  if (at === undefined || at.length !== of?.length || !at.every(isIndex)) return undefined;
  return { id, liked, group, row: { indices: at, values: of } };
}

const isIndex = (index: number): boolean => Number.isInteger(index) && index >= 0 && index < 65_536;

/** Reads a model's file. Throws RangeError that says what is wrong with it. */
export function parseModel(text: string): RelevanceModel {
  if (text.length > LONGEST) throw new RangeError('it is larger than 64 MB');
  let value: unknown;
  try {
    value = parseJson(text, LONGEST);
  } catch {
    throw new RangeError('it is not JSON');
  }
  if (!isObject(value) || value.schema !== SCHEMA) throw new RangeError(`it is no model of schema ${SCHEMA}`);
  const { bias, weights, calibration, held_back: quality, picks } = value;
  const pairs = Object.entries(isObject(weights) ? weights : {}).map(([index, weight]): [number, unknown] => [
    Number(index),
    weight,
  ]);
  const read = objectsOf(picks).map(readPick);
  if (
    !isNumber(bias) ||
    !isObject(calibration) ||
    !isNumber(calibration.slope) ||
    !isNumber(calibration.offset) ||
    !pairs.every((pair): pair is [number, number] => isIndex(pair[0]) && isNumber(pair[1])) ||
    !read.every((pick) => pick !== undefined)
  )
    throw new RangeError('its fields are damaged');
  const { auc, low, high } = isObject(quality) ? quality : {};
  return {
    picks: read,
    linear: { bias, weights: new Map(pairs) },
    calibration: { slope: calibration.slope, offset: calibration.offset },
    auc: isNumber(auc) && isNumber(low) && isNumber(high) ? { auc, low, high } : undefined,
  };
}
