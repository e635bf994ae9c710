import { PieceShape, type Scan } from '../lexicon/scan.ts';

/** 1 for the ASCII letters, digits and `_`. */
const WORD = Uint8Array.from({ length: 128 }, (_, code) => (/\w/.test(String.fromCharCode(code)) ? 1 : 0));
/** Letters of alphabets are parts of words; from U+2000 on (punctuation, CJK, emoji) words end. */
export const isWordPart = (code: number): boolean =>
  code < 128 ? WORD[code] === 1 : code > 0xbf && code < 0x2000;
const isCapital = (code: number): boolean => code >= 65 && code <= 90;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** An address without `https://`. */
export const DOMAIN =
  /^(?:[\w-]+\.)+(?:com|org|net|io|co|info|news|xyz|app|dev|eth|de|fr|uk|eu|us|ru|jp|cn|tv|me|gg|site|online|club)(?:[/:?#].*)?$/;
/** Whether `rest` of a phrase follows, after one separator: `bitcoin cash`, `bitcoin-cash`. */
export function continuesWith(text: string, at: number, rest: string): boolean {
  if ((text.charCodeAt(at + 1) | 32) !== rest.charCodeAt(0)) return false;
  const end = at + 1 + rest.length;
  if (text.slice(at + 1, end).toLowerCase() !== rest) return false;
  return end === text.length || !isWordPart(text.charCodeAt(end));
}

/** The capitals of a word: 2 if it has no small letter, 1 if it begins with a capital. */
export function capitalsAt(units: Uint16Array, start: number, end: number): 0 | 1 | 2 {
  let all = true;
  for (let at = start; at < end && all; at++) all = !(units[at]! >= 97 && units[at]! <= 122);
  return all ? 2 : isCapital(units[start]!) ? 1 : 0;
}

const PERCENT = 37;
const DOLLAR = 36;

/** Whether most words of a text are in capitals, so that capitals say nothing. */
export function isMostlyCapitals({ shapes, coreStarts, coreEnds, count }: Scan): boolean {
  let upper = 0;
  let words = 0;
  for (let piece = 0; piece < count; piece++) {
    if (coreEnds[piece]! - coreStarts[piece]! < 2) continue;
    words++;
    upper += shapes[piece]! & PieceShape.capitals;
  }
  return words >= 5 && upper / words > 0.7;
}

/** Whether the piece before is a number, or a price or percentage is near. */
export function hasAmount({ units, coreStarts, coreEnds, count }: Scan, at: number): boolean {
  for (let piece = Math.max(0, at - 1); piece <= at + 3 && piece < count; piece++) {
    const start = coreStarts[piece]!;
    if (start >= coreEnds[piece]! || piece === at || !isDigit(units[start]!)) continue;
    if (piece === at - 1 || units[coreEnds[piece]!] === PERCENT || units[start - 1] === DOLLAR) return true;
  }
  return false;
}
