import type { Millis } from '../../../core/util/time.ts';
import type { Cell, Row } from '../table.ts';

/** How the parts of a date such as 01/02/2024 are ordered. */
export type DateOrder = 'mdy' | 'dmy';

/** What the flags say about a file. Everything is optional. */
export interface TableSettings {
  readonly format: 'auto' | 'bars' | 'ticks' | 'quotes';
  /** Our name of a column (see `PriceField`) -> the file's name of it, or its number from 1. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  /** False: the first row is data. Undefined: found out. */
  readonly hasHeader?: boolean | undefined;
  readonly decimal?: '.' | ',' | undefined;
  /** IANA name of the zone of times that have no offset; undefined: UTC. */
  readonly zone?: string | undefined;
  readonly dateOrder?: DateOrder | undefined;
  /** The file's name of the column that tells the series, and the one series to take. */
  readonly symbolColumn?: string | undefined;
  readonly symbol?: string | undefined;
  /** Lower-case currency symbols. */
  readonly base?: string | undefined;
  readonly quote?: string | undefined;
  /** Length of a bar; 0: found out. */
  readonly intervalMs: Millis;
}

/** A bar of a file: what happened from `start` up to, not including, `end`. Volumes are undefined where the row does not tell. */
export interface BarRow {
  readonly kind: 'bar';
  readonly base: string;
  readonly quote: string;
  readonly start: Millis;
  readonly end: Millis;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In units of `base`. */
  readonly volume: number | undefined;
  /** In units of `quote`. */
  readonly quoteVolume: number | undefined;
  readonly trades: number | undefined;
  /** At `end`, in units of `quote`. */
  readonly marketCap: number | undefined;
  /** True where high or low were moved by a rounding error to hold open and close. */
  readonly widened: boolean;
  /** Lower-case name of the exchange or service, where the row names one. */
  readonly source: string | undefined;
}

/** A price at a time: a trade where it has a size, a side or an id, else a quote. */
export interface TickRow {
  readonly kind: 'tick';
  readonly base: string;
  readonly quote: string;
  readonly time: Millis;
  readonly price: number;
  /** In units of `base`. */
  readonly size: number | undefined;
  /** The side of the taker. */
  readonly side: 'buy' | 'sell' | undefined;
  readonly tradeId: string | undefined;
  /** In units of `quote`. */
  readonly marketCap: number | undefined;
  readonly volume24h: number | undefined;
  /** Fields of a JSON line of quotes that have no meaning here, by name: they pass through. */
  readonly others: Readonly<Record<string, Cell>> | undefined;
  /** Lower-case name of the exchange or service, where the row names one. */
  readonly source: string | undefined;
}

export type PriceRow = BarRow | TickRow;

/** The time of a row: of a bar its start. */
export const rowTime = (row: PriceRow): Millis => (row.kind === 'bar' ? row.start : row.time);

export type RowOrder = 'oldest first' | 'newest first' | 'unordered';

/** How the rows of a file are read. */
export interface PriceLayout {
  /** `binance klines`, `yahoo`, `columns by name` ... */
  readonly name: string;
  readonly kind: 'bars' | 'ticks' | 'quotes';
  /** Number of rows at the start that are no data: header, address, comments. */
  readonly skipRows: number;
  /** Of the times of each series, as far as the sample shows. */
  readonly order: RowOrder;
  /** Length of a bar as a span (`5m`; `1w` and `1M` for a week and a month), and in milliseconds (a month: 30 days). */
  readonly interval: string | undefined;
  readonly intervalMs: Millis | undefined;
  /** `btc.csv: 5m bars of btc/usdt, oldest first, 2024-01-01 to 2024-03-01, volume`. */
  readonly description: string;
  readonly warnings: readonly string[];
  /** Plain JSON: `restoreLayout` reads the rest of the file the same way. */
  readonly stored: object;
  /**
   * Reads one row; the rows come in the order of their times unless the file is unordered. Undefined for a row that is
   * no data: empty, a repeated header, another series than the one asked for. Throws InvalidRecord.
   */
  read(row: Row): PriceRow | undefined;
}

/** A layout, or why there is none: each problem names the flag that solves it. */
export type DetectedLayout = { readonly layout: PriceLayout } | { readonly problems: readonly string[] };
