import type { EncodedText, TextBytes } from '../../../core/stream/record.ts';
import { LONGEST_PLAIN, SMALLEST_PLAIN } from '../../file/prices/number-text.ts';

/*
 * Writes the numbers of a kline from the bytes of its line, digit by digit: a year of minutes has four million of them, and
 * to make a text and a double of each takes three times as long.
 */

const [ZERO, NINE, POINT, COMMA] = [48, 57, 46, 44];
const POWERS = Array.from({ length: LONGEST_PLAIN }, (_, power) => 10 ** power);

const label = (name: string): Buffer => Buffer.from(`,"${name}":`);
const [OPEN, HIGH, LOW, CLOSE] = [label('open'), label('high'), label('low'), label('close')];
const [VOLUME, QUOTE_VOLUME, TRADES] = [label('volume'), label('quote_volume'), label('trades')];

/** What is written: room for seven names and numbers. */
const text = Buffer.alloc(256) as Buffer & TextBytes;
let length = 0;

let bytes: TextBytes;
/** Where the next cell begins, and where the line ends. */
let at = 0;
let end = 0;

function skipCell(): void {
  while (at < end && bytes[at] !== COMMA) at++;
  at++;
}

/** Writes the next cell under a name, and returns its number; NaN unless it is plain digits with at most one point. */
function writeCell(name: Buffer): number {
  for (let i = 0; i < name.length; i++) text[length++] = name[i]!;
  const from = at;
  const first = length;
  let value = 0;
  let point = -1;
  /** The length after the last digit that is not 0. */
  let last = 0;
  for (; at < end && at - from <= LONGEST_PLAIN; at++) {
    const code = bytes[at]!;
    if (code >= ZERO && code <= NINE) value = value * 10 + (code - ZERO);
    else if (code === POINT && point === -1) point = at - from;
    else break;
    text[length++] = code;
    if (code > ZERO) last = length;
  }
  const size = at - from;
  const isWhole = point === -1;
  const isPlain =
    size > 0 &&
    size <= (isWhole ? LONGEST_PLAIN - 1 : LONGEST_PLAIN) &&
    (at === end || bytes[at] === COMMA) &&
    point !== 0 &&
    (text[first] !== ZERO || size === 1 || point === 1);
  if (!isPlain) return Number.NaN;
  at++;
  if (isWhole) return value;
  length = Math.max(last, first + point);
  const number = value / POWERS[size - 1 - point]!;
  return number > 0 && number < SMALLEST_PLAIN ? Number.NaN : number;
}

/** The JSON of the numbers of a bar whose cells are plain and fit together; undefined for any other line. */
export function plainFields(line: EncodedText): string | undefined {
  bytes = line.buffer;
  at = line.from;
  end = line.end;
  length = 0;
  skipCell();
  const open = writeCell(OPEN);
  const high = writeCell(HIGH);
  const low = writeCell(LOW);
  const close = writeCell(CLOSE);
  const isBar = low > 0 && open >= low && close >= low && open <= high && close <= high;
  if (!isBar) return undefined;
  const volume = writeCell(VOLUME);
  skipCell();
  const quoteVolume = writeCell(QUOTE_VOLUME);
  const trades = writeCell(TRADES);
  if (Number.isNaN(volume + quoteVolume + trades)) return undefined;
  return text.latin1Slice(0, length);
}
