import type { TextBytes } from '../../core/stream/record.ts';
import { HOUR, MINUTE, type Millis, readTime, SECOND } from '../../core/util/time.ts';
import { ReadBar } from './bar.ts';

/*
 * A parser of the bars that our sources write: fields in one order, without blanks, escapes or exponents, and times of one
 * form. It takes two thirds of the time of JSON.parse, and makes no texts. Anything else is left to JSON.parse, so nothing
 * depends on this layout.
 */

/** The bytes that are read. What is read past the end of a bar is noticed at its end. */
let bytes: TextBytes;
/** Where the field ends that was read last; -1, and then for all that follow, if it is not there. */
let end = 0;

const [ZERO, NINE, POINT, COLON, QUOTE, BACKSLASH, BLANK, TILDE] = [48, 57, 46, 58, 34, 92, 32, 126];
const LETTER_Z = 90;
/** Floats hold all whole numbers up to here, and ten to the 22nd; one division of such numbers rounds correctly. */
const LARGEST_EXACT = 2 ** 53;
const POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power);

const encoder = new TextEncoder();
const label = (text: string): Uint8Array => encoder.encode(text);
const OPEN_NAME = ',"open":';
const OPEN = label(OPEN_NAME);
const HIGH = label(',"high":');
const LOW = label(',"low":');
const CLOSE = label(',"close":');
const VOLUME = label(',"volume":');
const QUOTE_VOLUME = label(',"quote_volume":');
const TRADES = label(',"trades":');
const START = label(',"start":"');
const END = label('","end":"');
const FINAL = label('","final":true');
const RECEIVED_AT = label(',"received_at":"');
const CLOSING = label('}');
const CLOSING_QUOTED = label('"}');

/** Whether these bytes are there. */
function holds(part: Uint8Array, at: number): boolean {
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false;
  return true;
}

/** A number without sign and exponent. */
function numberAt(from: number): number {
  const text = bytes;
  let at = from;
  let value = 0;
  let code = text[at]!;
  if (code === ZERO) code = text[++at]!;
  else
    while (code >= ZERO && code <= NINE) {
      value = value * 10 + (code - ZERO);
      code = text[++at]!;
    }
  let decimals = 0;
  if (code === POINT && at > from) {
    const point = at;
    code = text[++at]!;
    while (code >= ZERO && code <= NINE) {
      value = value * 10 + (code - ZERO);
      code = text[++at]!;
    }
    decimals = at - point - 1;
    if (decimals === 0) at = from;
  }
  end = at === from ? -1 : at;
  if (value >= LARGEST_EXACT || decimals >= POWERS.length) return Number(text.latin1Slice(from, at));
  return decimals === 0 ? value : value / POWERS[decimals]!;
}

/** The bytes and the start of the day that was read last: bars of a batch share a few days. */
const day = label('0000-00-00T');
let dayStart: Millis = Number.NaN;

function readDay(from: number): void {
  const text = bytes.latin1Slice(from, from + day.length);
  dayStart = /^\d{4}-\d\d-\d\dT$/.test(text) ? readTime(`${text}00:00:00.000Z`) : Number.NaN;
  for (let i = 0; i < day.length; i++) day[i] = bytes[from + i]!;
}

/** Two digits. NaN for anything else. */
function pairAt(at: number): number {
  const tens = bytes[at]! - ZERO;
  const ones = bytes[at + 1]! - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Characters of a time. */
const TIME = '2026-03-02T10:15:22.000Z'.length;

/** A time of this form. NaN for anything else. */
function timeAt(from: number): Millis {
  if (!holds(day, from)) readDay(from);
  const hour = pairAt(from + 11);
  const minute = pairAt(from + 14);
  const second = pairAt(from + 17);
  const hundredths = pairAt(from + 20);
  const thousandths = bytes[from + 22]! - ZERO;
  const isTime =
    bytes[from + 13] === COLON &&
    bytes[from + 16] === COLON &&
    bytes[from + 19] === POINT &&
    bytes[from + 23] === LETTER_Z &&
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    hundredths >= 0 &&
    thousandths >= 0 &&
    thousandths <= 9;
  if (!isTime) return Number.NaN;
  return dayStart + hour * HOUR + minute * MINUTE + second * SECOND + hundredths * 10 + thousandths;
}

/** The beginning of the texts of a series. */
interface Head {
  readonly source: string;
  readonly base: string;
  readonly quote: string;
  readonly bytes: Uint8Array;
  /** The series that came after this one. */
  next: Head | undefined;
}

/** Series that are remembered, by the beginning of their texts. */
const MOST_HEADS = 1000;
const heads = new Map<string, Head>();
let last: Head | undefined;

/** The fields before `open`, if they are those of a bar. */
function readHead(beginning: string): Head | undefined {
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = JSON.parse(`${beginning}}`);
  } catch {
    return undefined;
  }
  const { source, base, quote } = fields;
  if (Object.keys(fields).join() !== 'source,base,quote') return undefined;
  if (typeof source !== 'string' || typeof base !== 'string' || typeof quote !== 'string') return undefined;
  return { source, base, quote, bytes: encoder.encode(beginning), next: undefined };
}

/** The names of a series, which are in memory once. Series mostly come in turn. */
function headAt(from: number, to: number): Head | undefined {
  if (last !== undefined && holds(last.bytes, from)) return last;
  const next = last?.next;
  if (next !== undefined && holds(next.bytes, from)) {
    last = next;
    return next;
  }
  const text = bytes.utf8Slice(from, to);
  const beginning = text.slice(0, Math.max(0, text.indexOf(OPEN_NAME)));
  let head = heads.get(beginning);
  if (head === undefined) {
    head = readHead(beginning);
    if (head === undefined) return undefined;
    if (heads.size >= MOST_HEADS) heads.clear();
    heads.set(beginning, head);
  }
  if (last !== undefined) last.next = head;
  last = head;
  return head;
}

function numberOf(name: Uint8Array): number {
  if (holds(name, end)) return numberAt(end + name.length);
  end = -1;
  return Number.NaN;
}

function timeOf(name: Uint8Array): Millis {
  const from = end + name.length;
  const time = holds(name, end) ? timeAt(from) : Number.NaN;
  end = Number.isNaN(time) ? -1 : from + TIME;
  return time;
}

/** Skips a name and a text of the length of a time, whose characters stand for themselves. */
function skipText(name: Uint8Array): void {
  const from = end + name.length;
  end = from + TIME;
  for (let at = from; at < from + TIME; at++) {
    const code = bytes[at]!;
    if (!(code >= BLANK && code <= TILDE) || code === QUOTE || code === BACKSLASH) end = -1;
  }
}

/** Reads a bar's JSON in UTF-8, from here to there; undefined for one of another layout. */
export function parseBarBytes(text: TextBytes, from: number, to: number): ReadBar | undefined {
  bytes = text;
  const head = headAt(from, to);
  if (head === undefined) return undefined;
  end = from + head.bytes.length;
  const open = numberOf(OPEN);
  const high = numberOf(HIGH);
  const low = numberOf(LOW);
  const close = numberOf(CLOSE);
  const volume = numberOf(VOLUME);
  const isLong = holds(QUOTE_VOLUME, end);
  const quoteVolume = isLong ? numberOf(QUOTE_VOLUME) : null;
  const trades = isLong ? numberOf(TRADES) : null;
  const span = { start: timeOf(START), end: timeOf(END) };
  if (!holds(FINAL, end)) return undefined;
  end += FINAL.length;
  const isReceived = holds(RECEIVED_AT, end);
  if (isReceived) skipText(RECEIVED_AT);
  const closing = isReceived ? CLOSING_QUOTED : CLOSING;
  if (!holds(closing, end) || end + closing.length !== to) return undefined;
  return new ReadBar(head, { open, high, low, close }, volume, quoteVolume, trades, span);
}
