import { InvalidRecord } from '../../core/stream/record.ts';
import { type Millis, readTime } from '../../core/util/time.ts';
import type { CandleRow, PricePoint } from './candle-to-ticks.ts';

/** Required columns of each kind of price CSV; the first, the time, may have any of TIME_NAMES. */
const NEEDED_COLUMNS = {
  candles: ['timestamp', 'open', 'high', 'low', 'close'],
  ticks: ['time', 'price'],
} as const;
export type CsvFormat = keyof typeof NEEDED_COLUMNS;

const TIME_NAMES = ['timestamp', 'time', 'datetime', 'date', 'open_time'];

/** The positions of the required columns in a row. */
export interface Columns {
  readonly format: CsvFormat;
  /** Number of fields in a row, including extra columns. */
  readonly width: number;
  /** Indexes in the order of NEEDED_COLUMNS. */
  readonly at: readonly number[];
}

/** Finds the required columns by name, in any order and case; undefined if one is missing. */
export function findColumns(header: readonly string[], format: CsvFormat): Columns | undefined {
  const names = header.map((name) => name.trim().toLowerCase());
  const at = NEEDED_COLUMNS[format].map((needed, index) =>
    index === 0 ? names.findIndex((name) => TIME_NAMES.includes(name)) : names.indexOf(needed),
  );
  return at.includes(-1) ? undefined : { format, width: names.length, at };
}

const EPOCH = /^\d{9,14}(?:\.\d+)?$/;
/** Epoch numbers from here on are milliseconds (as seconds this is the year 5138). */
const FIRST_MILLIS = 1e11;
const LAST_TIME = Date.UTC(2100);

/** Parses ISO 8601 (UTC without an offset), epoch seconds or epoch milliseconds. Throws InvalidRecord. */
export function readInstant(text: string): Millis {
  const trimmed = text.trim();
  let time = Number.NaN;
  if (EPOCH.test(trimmed)) {
    const count = Number(trimmed);
    time = Math.round(count < FIRST_MILLIS ? count * 1000 : count);
  } else time = readTime(trimmed);
  if (!(time >= 0 && time < LAST_TIME)) throw new InvalidRecord(`'${trimmed.slice(0, 60)}' is not a time`);
  return time;
}

const DECIMAL = /^(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/;

function readNumber(text: string, column: string): number {
  const trimmed = text.trim();
  const value = DECIMAL.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (!(value > 0) || value === Number.POSITIVE_INFINITY)
    throw new InvalidRecord(`${column}: '${trimmed.slice(0, 60)}' is not a positive number`);
  return value;
}

function checkWidth(fields: readonly string[], columns: Columns): void {
  if (fields.length !== columns.width)
    throw new InvalidRecord(`${fields.length} fields, but the header has ${columns.width}`);
}

/** Throws InvalidRecord for a row that is not a valid candle. */
export function readCandle(fields: readonly string[], columns: Columns): CandleRow {
  checkWidth(fields, columns);
  const [timeAt, openAt, highAt, lowAt, closeAt] = columns.at as [number, number, number, number, number];
  const candle = {
    time: readInstant(fields[timeAt]!),
    open: readNumber(fields[openAt]!, 'open'),
    high: readNumber(fields[highAt]!, 'high'),
    low: readNumber(fields[lowAt]!, 'low'),
    close: readNumber(fields[closeAt]!, 'close'),
  };
  const { open, high, low, close } = candle;
  if (low > high) throw new InvalidRecord(`low ${low} is above high ${high}`);
  for (const [name, price] of [
    ['open', open],
    ['close', close],
  ] as const)
    if (price > high || price < low)
      throw new InvalidRecord(`${name} ${price} is outside low ${low} to high ${high}`);
  return candle;
}

/** Throws InvalidRecord for a row without a time or a price. */
export function readTick(fields: readonly string[], columns: Columns): PricePoint {
  checkWidth(fields, columns);
  const [timeAt, priceAt] = columns.at as [number, number];
  return { time: readInstant(fields[timeAt]!), price: readNumber(fields[priceAt]!, 'price') };
}
