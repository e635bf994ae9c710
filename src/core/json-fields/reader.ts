import type { TextBytes } from '../stream/record.ts';
import type { Json } from '../util/json.ts';
import { type FieldPlan, type Fields, indexOf, planOf } from './plan.ts';
import {
  BLANK,
  CLOSE,
  CLOSE_LIST,
  COLON,
  COMMA,
  DEEPEST,
  FAILED,
  jsonBytes,
  LONGEST,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  OPEN,
  OPEN_LIST,
  QUOTE,
  skipBlanks,
  skipped,
  skipSign,
  skipText,
  skipValue,
  ZERO,
} from './scan.ts';

/*
 * Reads some fields of a JSON text and checks the rest without building it, in about half the time of JSON.parse. It leaves
 * invalid JSON, and anything else it cannot read, to JSON.parse.
 */

/** The text that is read, and where it begins in its bytes. */
let source: TextBytes;
let base = 0;
/** Position in `jsonBytes` after what was read last. */
let at = 0;

/** Short texts, such as tags and languages, which are always the same ones. */
const SHORT = 4;
const shortTexts: string[] = Array.from({ length: 1021 }, () => '');
const shortCodes = new Int32Array(shortTexts.length);

/** The text that was skipped last, which is from here to there and has no escapes. */
function textOf(from: number, end: number): string {
  if (!skipped.isAscii) return source.utf8Slice(base + from, base + end);
  if (end - from > SHORT) return source.latin1Slice(base + from, base + end);
  let code = 0;
  for (let i = from; i < end; i++) code = code * 128 + jsonBytes[i]!;
  const slot = code % shortTexts.length;
  if (shortCodes[slot] !== code) {
    shortCodes[slot] = code;
    shortTexts[slot] = source.latin1Slice(base + from, base + end);
  }
  return shortTexts[slot]!;
}

/** A whole number of few digits, which most are; NaN for any other. */
function readDigits(from: number, end: number): number {
  if (end - from > 15) return Number.NaN;
  let value = 0;
  for (let i = from; i < end; i++) {
    const digit = jsonBytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function readWhole(depth: number): unknown {
  const from = at;
  const code = jsonBytes[from]!;
  if (code === OPEN_LIST) return readList(undefined, depth);
  at = skipValue(from, depth);
  if (at === FAILED) return undefined;
  if (code === QUOTE && !skipped.hasEscapes) return textOf(from + 1, at - 1);
  if (code >= LOWER_F && code <= LOWER_T) return code === LOWER_N ? null : code === LOWER_T;
  const number = readDigits(from, at);
  return Number.isNaN(number) ? JSON.parse(source.utf8Slice(base + from, base + at)) : number;
}

/** Whether a list or object ends here, or is broken; otherwise moves to its next part. */
function isEnd(close: number): boolean {
  if (jsonBytes[at]! <= BLANK) at = skipBlanks(at);
  if (jsonBytes[at] !== close) {
    at = skipSign(at, COMMA);
    return at === FAILED;
  }
  at += 1;
  return true;
}

/** Whether the list or object that begins here is empty. Moves past it, otherwise to its first part. */
function isEmpty(close: number): boolean {
  at = skipBlanks(at + 1);
  if (jsonBytes[at] !== close) return false;
  at += 1;
  return true;
}

/** Without a plan, its values are whole. */
function readList(plan: FieldPlan | undefined, depth: number): unknown[] {
  const found: unknown[] = [];
  if (depth === DEEPEST) at = FAILED;
  else if (isEmpty(CLOSE_LIST)) return found;
  do
    found.push(
      plan !== undefined && jsonBytes[at] === OPEN ? readObject(plan, depth + 1) : readWhole(depth + 1),
    );
  while (!isEnd(CLOSE_LIST));
  return found;
}

function readField(plan: FieldPlan, index: number, depth: number): unknown {
  const part = plan.parts[index];
  if (part === undefined) return readWhole(depth);
  const code = jsonBytes[at];
  if (plan.isList[index] === true) return code === OPEN_LIST ? readList(part, depth) : readWhole(depth);
  return code === OPEN ? readObject(part, depth) : readWhole(depth);
}

const NOTHING: Json = Object.freeze({});

function readObject(plan: FieldPlan, depth: number): Json {
  const { values } = plan;
  for (let i = 0; i < values.length; i++) values[i] = undefined;
  if (isEmpty(CLOSE)) return plan.make(values);
  do {
    const from = at + 1;
    const end = jsonBytes[at] === QUOTE ? skipText(at) : FAILED;
    at = skipSign(end, COLON);
    // A name with escapes may be the name of a field.
    if (at === FAILED || skipped.hasEscapes) {
      at = FAILED;
      return NOTHING;
    }
    const index = indexOf(plan, jsonBytes, from, end - 1);
    if (index < 0) at = skipValue(at, depth + 1);
    else values[index] = readField(plan, index, depth + 1);
  } while (!isEnd(CLOSE));
  return at === FAILED ? NOTHING : plan.make(values);
}

/** Reads a text in UTF-8, from here to there. Gives undefined for one that is left to JSON.parse; absent fields are undefined. */
export type FieldsReader = (text: TextBytes, from: number, end: number) => Json | undefined;

/** A reader of these fields of an object's JSON text. */
export function fieldsReader(fields: Fields): FieldsReader {
  const plan = planOf(fields);
  return (text, from, end) => {
    const length = end - from;
    if (length > LONGEST) return undefined;
    jsonBytes.set(text.subarray(from, end));
    jsonBytes[length] = 0;
    source = text;
    base = from;
    at = skipBlanks(0);
    if (jsonBytes[at] !== OPEN) return undefined;
    const found = readObject(plan, 0);
    return skipBlanks(at) === length ? found : undefined;
  };
}
