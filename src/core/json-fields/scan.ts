/*
 * Checks and skips JSON in one buffer. Each function takes a position and returns the position after what it skipped, or FAILED.
 * At FAILED, every function fails.
 */

/** Longer texts are left out. */
export const LONGEST = 2 ** 16;
export const FAILED = LONGEST + 1;
/** Deeper values are left out; skipping them recurses. */
export const DEEPEST = 32;

/** The text in UTF-8, then a zero, at which every function fails. There is also a zero at FAILED. */
export const jsonBytes = new Uint8Array(LONGEST + 2);

/** About the text that was skipped last. `isAscii` includes its escapes. */
export const skipped = { hasEscapes: false, isAscii: true };

export const [QUOTE, COMMA, MINUS, POINT, ZERO, NINE, COLON] = [34, 44, 45, 46, 48, 57, 58];
export const [OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN, CLOSE, BLANK] = [91, 92, 93, 123, 125, 32];
export const [LOWER_F, LOWER_N, LOWER_T] = [102, 110, 116];
const [LOWER_E, LOWER_U] = [101, 117];

export function skipBlanks(from: number): number {
  let at = from;
  let code = jsonBytes[at]!;
  while (code === BLANK || code === 10 || code === 13 || code === 9) code = jsonBytes[++at]!;
  return at;
}

/** Skips this character with the blanks around it. */
export function skipSign(from: number, sign: number): number {
  const at = jsonBytes[from]! <= BLANK ? skipBlanks(from) : from;
  if (jsonBytes[at] !== sign) return FAILED;
  return jsonBytes[at + 1]! <= BLANK ? skipBlanks(at + 1) : at + 1;
}

const isHex = (code: number): boolean =>
  (code >= ZERO && code <= NINE) || ((code | 32) >= 97 && (code | 32) <= 102);

function skipEscape(from: number): number {
  const code = jsonBytes[from + 1]!;
  const at = from + 2;
  if (code !== LOWER_U) return '"\\/bfnrt'.includes(String.fromCharCode(code)) ? at : FAILED;
  for (let digit = at; digit < at + 4; digit++) if (!isHex(jsonBytes[digit]!)) return FAILED;
  return at + 4;
}

/** Skips a text, from its quote on. */
export function skipText(from: number): number {
  let hasEscapes = false;
  let all = 0;
  let at = from + 1;
  for (;;) {
    const code = jsonBytes[at]!;
    if (code === QUOTE) break;
    if (code < BLANK) return FAILED;
    all |= code;
    if (code === BACKSLASH) {
      hasEscapes = true;
      at = skipEscape(at);
    } else at += 1;
  }
  skipped.hasEscapes = hasEscapes;
  skipped.isAscii = all < 128;
  return at + 1;
}

function skipDigits(from: number): number {
  let at = from;
  let code = jsonBytes[at]!;
  while (code >= ZERO && code <= NINE) code = jsonBytes[++at]!;
  return at === from ? FAILED : at;
}

function skipNumber(from: number): number {
  let at = jsonBytes[from] === MINUS ? from + 1 : from;
  at = jsonBytes[at] === ZERO ? at + 1 : skipDigits(at);
  if (jsonBytes[at] === POINT) at = skipDigits(at + 1);
  if ((jsonBytes[at]! | 32) !== LOWER_E) return at;
  at += 1;
  return skipDigits(jsonBytes[at] === 43 || jsonBytes[at] === MINUS ? at + 1 : at);
}

const WORDS = ['true', 'false', 'null'].map((word) => new TextEncoder().encode(word));

function skipWord(from: number, word: Uint8Array): number {
  for (let i = 0; i < word.length; i++) if (jsonBytes[from + i] !== word[i]) return FAILED;
  return from + word.length;
}

/** Skips the fields of an object or the values of a list, from its bracket on. */
function skipMembers(from: number, close: number, depth: number): number {
  if (depth === DEEPEST) return FAILED;
  let at = skipBlanks(from + 1);
  if (jsonBytes[at] === close) return at + 1;
  for (;;) {
    if (close === CLOSE) at = jsonBytes[at] === QUOTE ? skipSign(skipText(at), COLON) : FAILED;
    at = skipValue(at, depth + 1);
    if (jsonBytes[at]! <= BLANK) at = skipBlanks(at);
    if (jsonBytes[at] === close) return at + 1;
    at = skipSign(at, COMMA);
    if (at === FAILED) return FAILED;
  }
}

export function skipValue(from: number, depth: number): number {
  const code = jsonBytes[from]!;
  if (code === QUOTE) return skipText(from);
  if (code === OPEN) return skipMembers(from, CLOSE, depth);
  if (code === OPEN_LIST) return skipMembers(from, CLOSE_LIST, depth);
  if (code === LOWER_T) return skipWord(from, WORDS[0]!);
  if (code === LOWER_F) return skipWord(from, WORDS[1]!);
  return code === LOWER_N ? skipWord(from, WORDS[2]!) : skipNumber(from);
}
