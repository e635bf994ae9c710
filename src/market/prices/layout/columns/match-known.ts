import type { Millis } from '../../../../core/util/time.ts';
import type { Cell, Row } from '../../table.ts';
import { EARLIEST } from '../cells/digits.ts';
import { type Decimal, parseNumber } from '../cells/numbers.ts';
import { isClockOnly, isDayOnly } from '../cells/time-style.ts';
import { timeReader } from '../cells/times.ts';
import type { TableSettings } from '../layout.ts';
import type { ColumnIndexes, PriceField } from './fields.ts';
import { KNOWN_NAMES, KNOWN_ROWS, type KnownNames, type KnownRows } from './known.ts';

/** The layout that the names of a header give away. `names`: simplified. */
export const knownByNames = (names: readonly string[]): KnownNames | undefined =>
  KNOWN_NAMES.find((known) => known.names.every((name) => names.includes(name)));

const numberIn = (cell: Cell, decimal: Decimal): number =>
  typeof cell === 'string' ? parseNumber(cell.trim(), decimal) : cell == null ? Number.NaN : Number(cell);

type Test = (cell: Cell, decimal: Decimal, latest: Millis) => boolean;
const isPrice: Test = (cell, decimal) => numberIn(cell, decimal) > 0;
const isAmount: Test = (cell, decimal) => numberIn(cell, decimal) >= 0;
const isCount: Test = (cell) => Number.isInteger(numberIn(cell, '.')) && numberIn(cell, '.') >= 0;
const readTime = timeReader('dmy', undefined, true);
const isTime: Test = (cell, _, latest) => {
  const time = readTime(cell);
  return time >= EARLIEST && time <= latest;
};

/** What a cell of a field can hold. Any cell will do for other fields. */
const TESTS: Readonly<Partial<Record<PriceField | '-', Test>>> = {
  time: isTime,
  end: isTime,
  date: isDayOnly,
  clock: isClockOnly,
  open: isPrice,
  high: isPrice,
  low: isPrice,
  close: isPrice,
  price: isPrice,
  size: isAmount,
  volume: isAmount,
  quote_volume: isAmount,
  trades: isCount,
  side: (cell) => /^(?:buy|sell|b|s)$/i.test(String(cell ?? '')),
  buyer_maker: (cell) => /^(?:true|false)$/i.test(String(cell ?? '')),
};

export function columnsOfKnown({ fields }: KnownRows): ColumnIndexes {
  const columns: Partial<Record<PriceField, number>> = {};
  for (const [at, field] of fields.entries()) if (field !== '-') columns[field] = at;
  return columns;
}

/** Whether a row can be one of a known layout: its width, its values, and prices and volumes that agree. */
function fits(row: Row, known: KnownRows, decimal: Decimal, latest: Millis): boolean {
  if (!known.fields.every((field, at) => TESTS[field]?.(row[at], decimal, latest) ?? true)) return false;
  const { open, high, low, close, volume, quote_volume: quoteVolume } = columnsOfKnown(known);
  if (known.kind !== 'bars') return true;
  const numberAt = (at: number | undefined): number =>
    at === undefined ? Number.NaN : numberIn(row[at], decimal);
  const [top, bottom] = [numberAt(high) * 1.00001, numberAt(low) * 0.99999];
  const isInside = [open, close].every((at) => numberAt(at) <= top && numberAt(at) >= bottom);
  if (quoteVolume === undefined || !isInside) return isInside;
  const [base, quote] = [numberAt(volume), numberAt(quoteVolume)];
  return quote <= base * top * 1.01 && quote >= base * bottom * 0.99;
}

/** A few broken rows leave a file what it is; a row that fits by chance does not make it one. */
const MOST = 0.9;
const FIRST_ROWS = 500;

/** The layout without a header that the rows have, or the ones that they may have. */
export function knownByRows(
  data: readonly Row[],
  settings: TableSettings,
  decimal: Decimal,
  latest: Millis,
): readonly KnownRows[] {
  const rows = data.slice(0, FIRST_ROWS).filter((row) => row.length > 1);
  const portion = (known: KnownRows): number => {
    const wide = rows.filter((row) => row.length === known.fields.length);
    if (wide.length < MOST * rows.length) return 0;
    return wide.filter((row) => fits(row, known, decimal, latest)).length / rows.length;
  };
  const kind = settings.format === 'ticks' ? 'ticks' : settings.format === 'bars' ? 'bars' : undefined;
  const fitting = KNOWN_ROWS.filter(
    (known) => (kind === undefined || known.kind === kind) && rows.length > 0 && portion(known) >= MOST,
  );
  // Volumes that agree with prices are no chance, while a count of trades is any whole number.
  const agreeing = fitting.filter(({ fields }) => fields.includes('quote_volume'));
  return agreeing.length > 0 ? agreeing : fitting;
}
