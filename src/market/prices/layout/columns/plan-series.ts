import type { Cell, Row } from '../../table.ts';
import type { PriceLayout, TableSettings } from '../layout.ts';
import type { SeriesPlan } from '../plan.ts';
import type { ColumnIndexes } from './fields.ts';
import { areDollars, baseSymbol, isCoin, type Pair, pairInName, splitSymbol } from './pair.ts';

export interface FoundSeries {
  readonly plan: SeriesPlan;
  readonly warnings: readonly string[];
  /** What was taken from the file's name. */
  readonly note: string | undefined;
}

/** What is known of the series of a file beside its rows. */
export interface SeriesSigns {
  readonly file: string;
  readonly kind: PriceLayout['kind'];
  readonly columns: ColumnIndexes;
  /** As the file writes them. */
  readonly names: readonly string[];
  readonly rows: readonly Row[];
  /** A symbol that stands for all rows. */
  readonly symbol: string | undefined;
  /** The pair in a name that an exchange gives its files. */
  readonly namedPair: Pair | undefined;
}

const NO_SYMBOLS = { only: undefined, symbolAt: undefined, pairs: {}, isOpen: false } as const;
const NO_COLUMNS = { baseAt: undefined, quoteAt: undefined } as const;

const textOf = (cell: Cell): string => String(cell ?? '').trim();
const distinct = (rows: readonly Row[], at: number): string[] => [
  ...new Set(rows.map((row) => textOf(row[at]))),
];

/** Some of several values, for a message. */
function listOf(values: readonly string[]): string {
  const named = values.filter((value) => value !== '').map((value) => value.slice(0, 40));
  return `${named.slice(0, 5).join(', ') || 'empty'}${named.length > 5 ? ' ...' : ''}`;
}

/** The problem of a pair that is not known. */
function missingPair({ base, quote }: TableSettings, file: string, also = ''): string {
  const inName = pairInName(file);
  const lacking = [
    base === undefined ? [`--base ${inName?.base ?? 'btc'}`] : [],
    quote === undefined ? [`--quote ${inName?.quote ?? 'usdt'}`] : [],
  ].flat();
  const hint = inName === undefined ? '' : ` (its name suggests ${inName.base}/${inName.quote})`;
  return `the file does not name its currencies${also}: add ${lacking.join(' ')}${hint}`;
}

/** A pair with what the flags say instead, and a warning or problem where they differ. */
function overridden(
  pair: Pair | undefined,
  symbol: string,
  settings: TableSettings,
  isChosen: boolean,
): { readonly pair?: Pair | undefined; readonly warning?: string; readonly why?: string } {
  const base = settings.base ?? pair?.base;
  const quote = settings.quote ?? pair?.quote;
  const result = base !== undefined && quote !== undefined ? { base, quote } : undefined;
  if (pair === undefined || result === undefined || (base === pair.base && quote === pair.quote))
    return { pair: result };
  const words = `its rows are of ${pair.base}/${pair.quote} (${symbol.slice(0, 40)})`;
  if (isChosen || (base === pair.base && areDollars(quote!, pair.quote)))
    return { pair: result, warning: `${words}; taken as ${base}/${quote}` };
  return {
    why: `${words}, not of ${base}/${quote}: leave --base and --quote out${symbol === '' ? '' : `, or take one series with --symbol ${symbol.slice(0, 40)}`}`,
  };
}

/** The pair of a symbol. The symbol of a coin alone (`BTC`) is one where a flag names the other side, and only that. */
function pairOfSymbol(symbol: string, { base, quote }: TableSettings): Pair | undefined {
  const coin = baseSymbol(symbol);
  if (base === undefined && quote !== undefined && isCoin(coin)) return { base: coin, quote };
  return splitSymbol(symbol);
}

type Result = FoundSeries | { readonly why: string };

function fromValues(
  signs: SeriesSigns,
  settings: TableSettings,
  symbolAt: number,
  only: SeriesPlan['only'],
): Result {
  const values =
    only?.at === symbolAt ? [only.value] : distinct(signs.rows, symbolAt).filter((value) => value !== '');
  const name = signs.names[symbolAt] ?? String(symbolAt + 1);
  const pairs: Record<string, Pair> = {};
  const warnings = new Set<string>();
  const single = values.length === 1;
  const unknown = values.filter((value) => pairOfSymbol(value, settings) === undefined);
  if (!single && unknown.length > 0)
    return {
      why: `its column ${name} has ${values.length} series (${listOf(values)}): take one with --symbol-column ${name} --symbol ONE --base ${settings.base ?? 'COIN'} --quote ${settings.quote ?? 'CURRENCY'}`,
    };
  for (const value of values) {
    const { pair, warning, why } = overridden(
      pairOfSymbol(value, settings),
      value,
      settings,
      only?.at === symbolAt,
    );
    if (why !== undefined) return { why };
    if (pair === undefined)
      return { why: missingPair(settings, signs.file, ` (its column ${name} says ${value})`) };
    if (warning !== undefined) warnings.add(warning);
    pairs[value] = pair;
  }
  const known = Object.values(pairs);
  if (new Set(known.map(({ base, quote }) => `${base}/${quote}`)).size < known.length)
    return {
      why: `its column ${name} has several series of one pair: take one with --symbol-column ${name} --symbol ${values[0]}`,
    };
  const isOpen = settings.base === undefined && settings.quote === undefined && unknown.length === 0;
  return {
    plan: { ...NO_COLUMNS, only, symbolAt, pairs, isOpen, base: undefined, quote: undefined },
    warnings: [...warnings],
    note: undefined,
  };
}

/** Series by columns of base and quote. A flag only fills in what rows do not name. */
function fromColumns(signs: SeriesSigns, settings: TableSettings, only: SeriesPlan['only']): Result {
  const { columns, rows, kind } = signs;
  const { base, quote } = settings;
  if (columns.quote === undefined && quote === undefined)
    return { why: 'the file does not name the currency of its prices: add --quote usdt' };
  for (const [flag, value, at] of [
    ['base', base, columns.base],
    ['quote', quote, columns.quote],
  ] as const) {
    if (kind === 'quotes' || value === undefined || at === undefined) continue;
    const values = distinct(rows, at).filter((one) => one !== '');
    const symbolOf = (one: string) => (flag === 'base' ? baseSymbol(one) : one.toLowerCase());
    if (values.length > 0 && values.every((one) => symbolOf(one) !== value))
      return { why: `its column ${signs.names[at]} says ${values[0]}, not ${value}: leave --${flag} out` };
  }
  return {
    plan: { ...NO_SYMBOLS, only, baseAt: columns.base, quoteAt: columns.quote, base, quote },
    warnings: [],
    note: undefined,
  };
}

/** One series, of a symbol that stands for all rows, of flags, or of a file's name. */
function fixedSeries(signs: SeriesSigns, settings: TableSettings, only: SeriesPlan['only']): Result {
  const { symbol = '', namedPair, file } = signs;
  if (symbol.includes(','))
    return { why: `it has several series (${symbol.slice(0, 80)}): download one file for each` };
  const { pair, why, warning } = overridden(splitSymbol(symbol), symbol, settings, false);
  if (why !== undefined) return { why };
  const { base = namedPair?.base, quote = namedPair?.quote } = pair ?? settings;
  if (base === undefined || quote === undefined) return { why: missingPair(settings, file) };
  return {
    plan: { ...NO_SYMBOLS, ...NO_COLUMNS, only, base, quote },
    warnings: warning === undefined ? [] : [warning],
    note: pair === undefined ? 'pair from its name' : undefined,
  };
}

/** Finds out of which pairs the rows are, or why that is not known. `filterAt`: the column that `--symbol-column` names. */
export function planSeries(
  signs: SeriesSigns,
  settings: TableSettings,
  filterAt: number | undefined,
): Result {
  const { columns, rows } = signs;
  const at = filterAt ?? columns.symbol;
  if (settings.symbol !== undefined && at === undefined)
    return { why: '--symbol takes one series of a column of symbols: name the column with --symbol-column' };
  const only =
    settings.symbol === undefined || at === undefined ? undefined : { at, value: settings.symbol.trim() };
  if (only !== undefined && rows.length > 0 && !rows.some((row) => textOf(row[at!]) === only.value))
    return {
      why: `no row of its column ${signs.names[at!] ?? at! + 1} says ${only.value}: its values are ${listOf(distinct(rows, at!))}`,
    };
  if (columns.base !== undefined) return fromColumns(signs, settings, only);
  // A filter by something else than the pair, as the length of the bars, leaves the column of symbols.
  const isOther = only !== undefined && splitSymbol(only.value) === undefined;
  const symbolAt = isOther && columns.symbol !== undefined ? columns.symbol : at;
  if (symbolAt !== undefined && rows.some((row) => textOf(row[symbolAt]) !== ''))
    return fromValues(signs, settings, symbolAt, only);
  return fixedSeries(signs, settings, only);
}
