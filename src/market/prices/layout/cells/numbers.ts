import { InvalidRecord } from '../../../../core/stream/record.ts';
import type { Cell } from '../../table.ts';

/** The sign between the whole part and the fraction. The other one may group thousands. */
export type Decimal = '.' | ',';

/** Floats hold all whole numbers up to here; ten to the 22nd is the largest exact power. Within both, one division rounds correctly. */
const LARGEST_EXACT = 2 ** 53;
const LARGEST_POWER = 22;
const POWERS = Array.from({ length: LARGEST_POWER + 1 }, (_, power) => 10 ** power);

/** Grouped whole prices from here on are floats whose decimal point a spreadsheet lost. */
const LARGEST_GROUPED = 1e13;

const PLAIN = /^\+?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const DOT_GROUPS = /^\d{1,3}(?:\.\d{3})+$/;
/** Thousands, also as in India (`1,05,431`). */
const GROUPED = /^\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?$/;
const BLANKS = /(?<=\d)[\s\u00a0\u202f'’_](?=\d{3})/g;
const CURRENCY = /^[$€£¥₹₿]\s*|\s*[$€£¥₹₿]$/;

/** Without blanks around it and the sign of a currency. */
export const withoutCurrency = (text: string): string => text.trim().replace(CURRENCY, '');

/** Reads a number that is not just digits with one decimal point. NaN if it is none. */
function readWritten(text: string, decimal: Decimal): number {
  const bare = withoutCurrency(text).replace(BLANKS, '');
  if (decimal === ',' && DOT_GROUPS.test(bare)) {
    const value = Number(bare.replaceAll('.', ''));
    return value < LARGEST_GROUPED ? value : Number.NaN;
  }
  const pointed = decimal === '.' ? bare : bare.replace(/[.,]/g, (sign) => (sign === ',' ? '.' : ','));
  if (PLAIN.test(pointed)) return Number(pointed);
  return GROUPED.test(pointed) ? Number(pointed.replaceAll(',', '')) : Number.NaN;
}

/** Digits whose value is a small integer for the engine, which adds them fastest. */
const SMALL_DIGITS = 9;

/** The number in a text, with `decimal` before its fraction. NaN if it is none. No sign, no unit. */
export function parseNumber(text: string, decimal: Decimal): number {
  const pointDigit = decimal === '.' ? -2 : -4;
  const { length } = text;
  const small = length < SMALL_DIGITS ? length : SMALL_DIGITS;
  let point = -1;
  let start = 0;
  let i = 0;
  for (; i < small; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) start = (start * 10 + digit) | 0;
    else if (digit === pointDigit && point < 0 && i > 0) point = i;
    else return readWritten(text, decimal);
  }
  let value = start;
  for (; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (digit === pointDigit && point < 0) point = i;
    else return readWritten(text, decimal);
  }
  if (length === 0) return Number.NaN;
  const fraction = point < 0 ? 0 : length - point - 1;
  if (value >= LARGEST_EXACT || fraction > LARGEST_POWER) return readWritten(text, decimal);
  return fraction === 0 ? value : value / POWERS[fraction]!;
}

const positive = (value: number): boolean => value > 0 && value < Number.POSITIVE_INFINITY;

/** The price in a cell. Throws InvalidRecord for anything but a positive number. */
export function priceIn(cell: Cell, field: string, decimal: Decimal): number {
  const value =
    typeof cell === 'string' ? parseNumber(cell, decimal) : typeof cell === 'bigint' ? Number(cell) : cell;
  if (typeof value === 'number' && positive(value)) return value;
  throw new InvalidRecord(
    `${field}: '${String(cell ?? '')
      .trim()
      .slice(0, 60)}' is not a positive number`,
  );
}

const SUFFIXED = /^(.*\d)\s*([KMBT%])?$/i;
const FACTORS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/** The amount in a cell, `41.25K` too; undefined for anything but a number from 0. */
export function amountIn(cell: Cell, decimal: Decimal): number | undefined {
  if (typeof cell === 'number') return cell >= 0 && cell < Number.POSITIVE_INFINITY ? cell : undefined;
  if (typeof cell === 'bigint') return cell >= 0n ? Number(cell) : undefined;
  if (typeof cell !== 'string') return undefined;
  const plain = parseNumber(cell, decimal);
  if (plain >= 0) return plain < Number.POSITIVE_INFINITY ? plain : undefined;
  const [, digits, unit = ''] = SUFFIXED.exec(cell.trim()) ?? [];
  if (digits === undefined || unit === '' || unit === '%') return undefined;
  const value = parseNumber(digits, decimal) * FACTORS[unit.toUpperCase()]!;
  return value >= 0 ? value : undefined;
}
