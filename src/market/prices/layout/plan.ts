import type { Millis } from '../../../core/util/time.ts';
import type { BarLength } from './bars/usual-lengths.ts';
import type { Decimal } from './cells/numbers.ts';
import type { ColumnIndexes } from './columns/fields.ts';
import type { Pair } from './columns/pair.ts';
import type { DateOrder, PriceLayout, RowOrder } from './layout.ts';

/** Which series a row belongs to. */
export interface SeriesPlan {
  /** Rows with another value in this column are skipped. */
  readonly only: { readonly at: number; readonly value: string } | undefined;
  /** The column that names the pair, and the pairs of its values so far. */
  readonly symbolAt: number | undefined;
  readonly pairs: Readonly<Record<string, Pair>>;
  /** Whether a value that is not in `pairs` is another series, as its name tells. False: it is rejected. */
  readonly isOpen: boolean;
  /** The columns that hold base and quote. */
  readonly baseAt: number | undefined;
  readonly quoteAt: number | undefined;
  /** Where a row names none. */
  readonly base: string | undefined;
  readonly quote: string | undefined;
}

/** All that was found out about a file: plain JSON. */
export interface LayoutPlan {
  readonly name: string;
  readonly kind: PriceLayout['kind'];
  /** Number of cells in a row; undefined: rows may be shorter (JSON objects). */
  readonly width: number | undefined;
  readonly skipRows: number;
  /** The header's cell of the time, to know a repeated header. */
  readonly headerCell: string | undefined;
  readonly columns: ColumnIndexes;
  /** The column of a row's time where its own cell is empty. */
  readonly otherTime: number | undefined;
  /** Other columns by name; only of quotes. */
  readonly others: Readonly<Record<string, number>>;
  readonly decimal: Decimal;
  readonly dateOrder: DateOrder | undefined;
  readonly zone: string | undefined;
  readonly series: SeriesPlan;
  readonly length: BarLength | undefined;
  /** Added to a row's time for the start of its bar: rows may be stamped with the end. */
  readonly shift: Millis;
  /** Starts are this far past the multiples of the length. Undefined: anywhere. */
  readonly phase: Millis | undefined;
  readonly order: RowOrder;
  readonly description: string;
  readonly warnings: readonly string[];
}
