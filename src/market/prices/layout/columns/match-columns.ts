import type { Row } from '../../table.ts';
import { isClockOnly, isDayOnly } from '../cells/time-style.ts';
import { timeReader } from '../cells/times.ts';
import type { PriceLayout, TableSettings } from '../layout.ts';
import { bareNames } from './bare-names.ts';
import { type ColumnIndexes, candidatesOf, columnOf, type PriceField } from './fields.ts';
import { listed } from './wished-columns.ts';

export interface MatchedColumns {
  readonly kind: PriceLayout['kind'];
  readonly columns: ColumnIndexes;
  /** A second column of times, of tables whose rows have names. */
  readonly otherTime: number | undefined;
}

/** Rows that are enough to tell what a column holds. */
const FIRST_ROWS = 200;

type Mutable = Partial<Record<PriceField, number>>;

const portionOf = (rows: readonly Row[], at: number, isOne: (cell: Row[number]) => boolean): number =>
  rows.filter((row) => isOne(row[at])).length / Math.max(rows.length, 1);

const TIME_READERS = [timeReader('dmy', undefined, true), timeReader('mdy', undefined, true)];
const isTime = (cell: Row[number]): boolean => TIME_READERS.some((read) => !Number.isNaN(read(cell)));

/** Names that pandas gives an index. */
const UNNAMED: ReadonlySet<string> = new Set(['', 'index', 'unnamed0', 'level0', 'indexlevel0']);

/** The columns that tell the time: one, or two of day and clock. Of several, the first that holds times in most rows. */
function timeColumns(names: readonly string[], rows: readonly Row[]): Mutable {
  const [date] = candidatesOf(names, 'date');
  const clock = candidatesOf(names, 'clock').find((at) => at !== date);
  const areTwo =
    date !== undefined &&
    clock !== undefined &&
    portionOf(rows, date, isDayOnly) > 0.5 &&
    portionOf(rows, clock, isClockOnly) > 0.5;
  if (areTwo) return { date, clock };
  const candidates = candidatesOf(names, 'time');
  const most = candidates.find((at) => portionOf(rows, at, isTime) > 0.5);
  if (most !== undefined) return { time: most };
  const unnamed = names.findIndex((name, at) => UNNAMED.has(name) && portionOf(rows, at, isTime) > 0.5);
  if (unnamed !== -1 && candidates.length === 0) return { time: unnamed };
  // No column holds times: the first, whose rows are rejected with what they hold; none if the end of bars will do.
  const [first] = candidates;
  const hasEnd = columnOf(names, 'end') !== undefined && rows.length > 0;
  return first === undefined || hasEnd ? {} : { time: first };
}

/** The order of the fields is that of a description. */
const BARS = ['open', 'high', 'low', 'close', 'volume', 'quote_volume', 'trades', 'interval'] as const;
const TICKS = ['price', 'size', 'side', 'buyer_maker', 'id', 'volume_24h'] as const;
const BOTH = ['end', 'symbol', 'base', 'quote', 'source', 'market_cap'] as const;

const needed = (names: readonly string[]): string =>
  `columns found: ${listed(names)}; needed: timestamp,open,high,low,close or time,price: name them with --columns, as --columns time=${names[0]?.trim() ? listed(names.slice(0, 1)) : '1'}`;

/** No spelling: a column that has its meaning, or none. */
const TAKEN = 'taken';

const LETTERS = ['o', 'h', 'l', 'c'];
/** Single letters are prices of a bar only together: alone, `l` may be a last id. */
const withoutStrayLetters = (names: readonly string[]): readonly string[] =>
  LETTERS.every((letter) => names.includes(letter))
    ? names
    : names.map((name) => (LETTERS.includes(name) ? TAKEN : name));

/**
 * Finds the columns of a table by their names. `wished`: those that the user named. `hasOwnNames`: the names stand in
 * each row (JSON), not in a header.
 */
export function matchColumns(
  names: readonly string[],
  wished: ColumnIndexes,
  data: readonly Row[],
  settings: TableSettings,
  hasOwnNames: boolean,
): MatchedColumns | { readonly why: string } {
  const taken = new Set(Object.values(wished));
  const free = withoutStrayLetters(
    bareNames(names, settings.quote).map((name, at) => (taken.has(at) ? TAKEN : name)),
  );
  const find = (fields: readonly PriceField[]): Mutable => {
    const found: Mutable = {};
    for (const field of fields) {
      const at = wished[field] ?? columnOf(free, field);
      if (at !== undefined) found[field] = at;
    }
    return found;
  };
  const wishedTime: Mutable = {};
  for (const field of ['time', 'date', 'clock'] as const)
    if (wished[field] !== undefined) wishedTime[field] = wished[field];
  const hasWished = Object.keys(wishedTime).length > 0 || wished.end !== undefined;
  const time = hasWished ? wishedTime : timeColumns(free, data.slice(0, FIRST_ROWS));
  const hasTime = Object.keys(time).length > 0;
  const bars = find(BARS);
  const ticks = find(TICKS);
  const both = find(BOTH);
  // investing.com: the price beside open, high and low is the close.
  if (bars.close === undefined && ticks.price !== undefined) bars.close = ticks.price;
  const lacking = BARS.slice(0, 4).filter((field) => bars[field] === undefined);
  const { format } = settings;

  if (format === 'bars' || (format === 'auto' && lacking.length <= 2)) {
    if (lacking.length > 2 || (lacking.length === 0 && !hasTime && both.end === undefined))
      return { why: needed(names) };
    if (lacking.length > 0)
      return {
        why: `columns found: ${listed(names)}; ${lacking.join(' and ')} missing: name it with --columns ${lacking[0]}=NAME, or read single prices with --file-format ticks --columns price=NAME`,
      };
    return { kind: 'bars', columns: { ...time, ...both, ...bars }, otherTime: undefined };
  }
  if (ticks.price === undefined || !hasTime) return { why: needed(names) };
  const { end: _, ...beside } = both;
  const columns = { ...time, ...beside, ...ticks };
  const otherTime = hasOwnNames ? candidatesOf(free, 'time').find((at) => at !== time.time) : undefined;
  return {
    kind:
      format === 'quotes' || (format === 'auto' && hasOwnNames && areQuotes(columns)) ? 'quotes' : 'ticks',
    columns,
    otherTime,
  };
}

/** Whether prices of named columns are quotes, not trades. */
function areQuotes({ base, quote, side, buyer_maker, size, id, symbol }: ColumnIndexes): boolean {
  if (side !== undefined || buyer_maker !== undefined) return false;
  const namesPair = base !== undefined && quote !== undefined;
  return namesPair || (size === undefined && id === undefined && symbol === undefined);
}
