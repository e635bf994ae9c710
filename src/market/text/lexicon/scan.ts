import { isJoiner, kindOf, UnitKind } from './letters.ts';
import { EMPTY_HASH, mix } from './word-table.ts';

/** The shape of a piece, as bits. */
export const PieceShape = {
  /** Its letters are all capitals. */
  capitals: 1,
  /** It has punctuation between its letters, or letters beyond ASCII: it may be several words. */
  compound: 2,
} as const;

/**
 * A text cut into pieces at white space and around symbols (emoji), without web addresses. All readers share one pass
 * over the text, since a pass costs about as much as looking up all its words.
 */
export interface Scan {
  /** The text's UTF-16 units; those of web addresses are not filled in. */
  readonly units: Uint16Array;
  count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The piece without surrounding punctuation; empty, at its end, if it is all punctuation. */
  readonly coreStarts: Int32Array;
  readonly coreEnds: Int32Array;
  /** Hash of the core for WordTable.findHashed. */
  readonly hashes: Int32Array;
  readonly shapes: Uint8Array;
  /** Words separated by white space, including addresses. */
  words: number;
  exclamations: number;
  questions: number;
}

const SPACE = 32;
const EXCLAMATION = 33;
const COLON = 58;
const QUESTION = 63;
const FIRST_SURROGATE = 0xd800;

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

const room = (size: number): Scan => ({
  units: new Uint16Array(size),
  count: 0,
  starts: new Int32Array(size),
  ends: new Int32Array(size),
  coreStarts: new Int32Array(size),
  coreEnds: new Int32Array(size),
  hashes: new Int32Array(size),
  shapes: new Uint8Array(size),
  words: 0,
  exclamations: 0,
  questions: 0,
});

let scan = room(1024);
let scanned: string | undefined;

/** Scans a text. The result is reused: the next call with another text overwrites it. */
export function scanText(text: string): Scan {
  if (text === scanned) return scan;
  if (text.length + 2 > scan.units.length) scan = room(text.length * 2 + 2);
  cut(text, scan);
  scanned = text;
  return scan;
}

function addPiece(
  into: Scan,
  start: number,
  end: number,
  core: number,
  coreEnd: number,
  hash: number,
  shape: number,
) {
  const index = into.count++;
  into.starts[index] = start;
  into.ends[index] = end;
  into.coreStarts[index] = core < 0 ? end : core;
  into.coreEnds[index] = core < 0 ? end : coreEnd;
  into.hashes[index] = hash;
  into.shapes[index] = shape;
}

function cut(text: string, into: Scan): void {
  const { units } = into;
  const { length } = text;
  into.count = into.words = into.exclamations = into.questions = 0;
  let start = 0;
  let afterSpace = 0;
  let core = -1;
  let coreEnd = 0;
  let coreHash = 0;
  let hash = EMPTY_HASH;
  let kinds = 0;
  let compound = 0;
  // The last punctuation mark of the piece, and the core up to it.
  let lastPunctuation = -1;
  let markedEnd = 0;
  let markedHash = 0;
  for (let at = 0; at <= length; at++) {
    let code = at < length ? text.charCodeAt(at) : SPACE;
    let kind = kindOf(code);
    units[at] = code;
    if (kind >= UnitKind.digit) {
      if (core < 0) core = at;
      else compound = PieceShape.compound;
      do {
        hash = mix(hash, code);
        kinds |= kind;
        at++;
        code = at < length ? text.charCodeAt(at) : SPACE;
        kind = kindOf(code);
        units[at] = code;
      } while (kind >= UnitKind.digit);
      coreEnd = at;
      coreHash = hash;
    }
    if (kind === UnitKind.mark) {
      if (code !== COLON || !text.startsWith('//', at + 1)) {
        if (code === EXCLAMATION) into.exclamations++;
        else if (code === QUESTION) into.questions++;
        if (core >= 0) hash = mix(hash, code);
        lastPunctuation = at;
        markedEnd = coreEnd;
        markedHash = coreHash;
        continue;
      }
      const hasCore = core >= 0 && core < markedEnd;
      if (lastPunctuation >= start)
        addPiece(
          into,
          start,
          lastPunctuation + 1,
          hasCore ? core : -1,
          markedEnd,
          markedHash,
          PieceShape.compound,
        );
      at = addressEnd(text, at);
      kind = UnitKind.space;
    } else if (at > start) {
      const capitals =
        (kinds & (UnitKind.upper | UnitKind.lower)) === UnitKind.upper ? PieceShape.capitals : 0;
      const wide = kinds >= UnitKind.wide ? PieceShape.compound : 0;
      addPiece(into, start, at, core, coreEnd, coreHash, capitals | compound | wide);
    }
    if (kind === UnitKind.space) {
      if (at > afterSpace) into.words++;
      afterSpace = at + 1;
    } else if (!isJoiner(code)) {
      const next = at + (code >= FIRST_SURROGATE && isLowSurrogate(text.charCodeAt(at + 1)) ? 2 : 1);
      units[at + 1] = text.charCodeAt(at + 1);
      addPiece(into, at, next, -1, next, 0, 0);
      at = next - 1;
    }
    start = at + 1;
    core = -1;
    hash = EMPTY_HASH;
    kinds = compound = 0;
  }
}

/** The end of the web address whose `://` is at `at`. */
function addressEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && kindOf(text.charCodeAt(end)) !== UnitKind.space) end++;
  return end;
}
