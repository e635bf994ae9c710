import type { Row } from '../../table.ts';
import { isClockOnly, isDayOnly } from '../cells/time-style.ts';
import { timeReader } from '../cells/times.ts';
import type { PriceLayout, TableSettings } from '../layout.ts';
import { type ColumnIndexes, candidatesOf, columnOf, FIELDS, type PriceField, simplify } from './fields.ts';

export interface FoundColumns {
  readonly kind: PriceLayout['kind'];
  readonly columns: ColumnIndexes;
}

/** Rows that are enough to tell what a column holds. */
const FIRST_ROWS = 200;

type Wished = Partial<Record<PriceField, number>>;

/** The index of a column that `--columns` names or numbers from 1; -1 if there is none. */
function indexOf(reference: string, names: readonly string[], width: number): number {
  const named = names.findIndex((name) => name.trim() === reference.trim());
  if (named !== -1) return named;
  const simple = names.map(simplify).indexOf(simplify(reference));
  if (simple !== -1 && simplify(reference) !== '') return simple;
  return /^\d{1,4}$/.test(reference) && Number(reference) <= width ? Number(reference) - 1 : -1;
}

/** The columns that `--columns` tells. `names`: empty if the file has none. */
export function wishedColumns(
  settings: TableSettings,
  names: readonly string[],
  width: number,
): { readonly columns: Wished; readonly problems: readonly string[] } {
  const columns: Wished = {};
  const problems: string[] = [];
  for (const [name, reference] of Object.entries(settings.columns ?? {})) {
    const field = FIELDS.find((one) => simplify(one) === simplify(name));
    const at = indexOf(reference, names, width);
    if (field === undefined) problems.push(`--columns: ${name} is none of ${FIELDS.join(', ')}`);
    else if (at === -1)
      problems.push(
        `--columns ${name}=${reference}: there is no such column; the file has ${names.length === 0 ? `1 to ${width}` : listed(names)}`,
      );
    else columns[field] = at;
  }
  return { columns, problems };
}

export const listed = (names: readonly string[]): string =>
  names
    .map((name) => name.trim().slice(0, 40))
    .slice(0, 20)
    .join(',');

/** How many of some rows have a time in a column. */
function shareOfTimes(rows: readonly Row[], at: number): number {
  const readers = [timeReader('dmy', undefined, true), timeReader('mdy', undefined, true)];
  const are = rows.filter((row) => readers.some((read) => !Number.isNaN(read(row[at]))));
  return are.length / Math.max(rows.length, 1);
}

/** The columns that tell the time: one, or two of day and clock. Of several, the first that holds times in most rows. */
function timeColumns(names: readonly string[], rows: readonly Row[]): Wished {
  const [date, clock] = [
    columnOf(names, 'date'),
    candidatesOf(names, 'clock').find((at) => names[at] !== 'date'),
  ];
  const share = (at: number, isOne: (cell: Row[number]) => boolean): number =>
    rows.filter((row) => isOne(row[at])).length / Math.max(rows.length, 1);
  if (
    date !== undefined &&
    clock !== undefined &&
    share(date, isDayOnly) > 0.5 &&
    share(clock, isClockOnly) > 0.5
  )
    return { date, clock };
  const candidates = candidatesOf(names, 'time');
  const time =
    candidates.find((at) => shareOfTimes(rows, at) > 0.5) ?? (rows.length === 0 ? candidates[0] : undefined);
  if (time !== undefined) return { time };
  // Nothing reads as a time: the first candidate, whose rows are rejected with what they hold.
  return candidates[0] === undefined || columnOf(names, 'end') !== undefined ? {} : { time: candidates[0] };
}

const BAR_FIELDS: readonly PriceField[] = [
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quote_volume',
  'trades',
  'interval',
];
const TICK_FIELDS: readonly PriceField[] = ['price', 'size', 'side', 'buyer_maker', 'id', 'volume_24h'];
const BOTH: readonly PriceField[] = ['end', 'symbol', 'base', 'quote', 'source', 'market_cap'];

/**
 * Finds the columns by name. `hasOwnNames`: the names stand in each row (JSON), not in a header. Problems if a time or a
 * price is missing.
 */
export function matchColumns(
  names: readonly string[],
  wished: Wished,
  data: readonly Row[],
  settings: TableSettings,
  hasOwnNames: boolean,
): FoundColumns | { readonly problems: readonly string[] } {
  const simple = names.map(simplify);
  const taken = new Set(Object.values(wished));
  const free = simple.map((name, at) => (taken.has(at) ? '' : name));
  const rows = data.slice(0, FIRST_ROWS);
  const find = (fields: readonly PriceField[]): Wished => {
    const found: Wished = {};
    for (const field of fields) {
      const at = wished[field] ?? columnOf(free, field);
      if (at !== undefined) found[field] = at;
    }
    return found;
  };
  const hasTime = wished.time !== undefined || wished.date !== undefined || wished.end !== undefined;
  const time: Wished = hasTime ? {} : timeColumns(free, rows);
  for (const field of ['time', 'date', 'clock'] as const)
    if (wished[field] !== undefined) time[field] = wished[field];
  const bars = find(BAR_FIELDS);
  const ticks = find(TICK_FIELDS);
  const both = find(BOTH);
  // investing.com: the price beside open, high and low is the close.
  if (bars.close === undefined && ticks.price !== undefined) bars.close = ticks.price;
  const { open, high, low, close } = bars;
  const parts = { open, high, low, close };
  const lacking = Object.entries(parts).flatMap(([name, at]) => (at === undefined ? [name] : []));
  const hasTimeColumn = Object.keys(time).length > 0;
  const wantsBars = settings.format === 'bars' || (settings.format === 'auto' && lacking.length <= 2);
  const needed = `columns found: ${listed(names)}; needed: time,open,high,low,close or time,price: name them with --columns, as --columns time=${firstName(names)}`;
  if (wantsBars) {
    if (lacking.length > 0 || (!hasTimeColumn && both.end === undefined))
      return {
        problems: [
          lacking.length > 0 && lacking.length <= 2
            ? `${listed(names)}: no column ${lacking.join(', ')}: name it with --columns ${lacking[0]}=NAME, or take single prices with --file-format ticks --columns price=NAME`
            : needed,
        ],
      };
    return { kind: 'bars', columns: { ...time, ...both, ...bars } };
  }
  if (ticks.price === undefined || !hasTimeColumn) return { problems: [needed] };
  const isTrade = ticks.side !== undefined || ticks.buyer_maker !== undefined;
  const hasTradeOnly =
    isTrade || ticks.size !== undefined || ticks.id !== undefined || both.symbol !== undefined;
  const namesPair = both.base !== undefined && both.quote !== undefined;
  const isQuotes =
    settings.format === 'quotes' ||
    (settings.format === 'auto' && hasOwnNames && (namesPair ? !isTrade : !hasTradeOnly));
  const { end: _, ...rest } = both;
  return { kind: isQuotes ? 'quotes' : 'ticks', columns: { ...time, ...rest, ...ticks } };
}

const firstName = (names: readonly string[]): string => names[0]?.trim() || '1';
