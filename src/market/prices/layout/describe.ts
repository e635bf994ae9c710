import { DAY, formatTime, type Millis } from '../../../core/util/time.ts';
import type { BarLength } from './bars/usual-lengths.ts';
import type { ColumnIndexes, PriceField } from './columns/fields.ts';
import type { Pair } from './columns/pair.ts';
import type { PriceLayout } from './layout.ts';

/** What a description says of a file. */
export interface Described {
  readonly file: string;
  readonly kind: PriceLayout['kind'];
  readonly length: BarLength | undefined;
  readonly pairs: readonly Pair[];
  readonly order: PriceLayout['order'];
  /** Undefined where the file goes on past the sample. */
  readonly first: Millis | undefined;
  readonly last: Millis | undefined;
  readonly columns: ColumnIndexes;
  readonly note: string | undefined;
}

const NAMES: Readonly<Partial<Record<PriceField, string>>> = {
  volume: 'volume',
  quote_volume: 'quote volume',
  trades: 'trades',
  size: 'size',
  side: 'side',
  buyer_maker: 'side',
  market_cap: 'market cap',
  volume_24h: '24h volume',
};

const MOST_PAIRS = 5;

/** `2024-01-01` for a midnight, `2024-01-01 10:05` for a minute, else with seconds. */
function shortTime(time: Millis, dayOnly: boolean): string {
  const text = formatTime(time).replace('T', ' ');
  return dayOnly ? text.slice(0, 10) : time % 60_000 === 0 ? text.slice(0, 16) : text.slice(0, 19);
}

/** `2024-01-01 to 2024-03-01`, `from ...` or `to ...` where the other end is not known. */
function rangeOf({ first, last, length }: Described): string {
  const isShort = length !== undefined && length.ms < DAY;
  const dayOnly = !isShort && [first, last].every((time) => time === undefined || time % DAY === 0);
  const parts = [first, last].map((time) => (time === undefined ? undefined : shortTime(time, dayOnly)));
  const [start, end] = parts;
  if (start === undefined) return end === undefined ? 'no rows yet' : `to ${end}`;
  if (end === undefined) return `from ${start}`;
  return start === end ? start : `${start} to ${end}`;
}

/** `btc.csv: 5m bars of btc/usdt, oldest first, 2024-01-01 to 2024-03-01, volume`. */
export function describeLayout(found: Described): string {
  const { file, kind, length, pairs, order, columns, note } = found;
  const names = pairs.slice(0, MOST_PAIRS).map(({ base, quote }) => `${base}/${quote}`);
  if (pairs.length > MOST_PAIRS) names.push(`${pairs.length - MOST_PAIRS} more`);
  const what = `${length === undefined ? '' : `${length.text} `}${kind}${names.length === 0 ? '' : ` of ${names.join(', ')}`}`;
  const beside = Object.entries(NAMES).flatMap(([field, name]) =>
    columns[field as PriceField] === undefined ? [] : [name],
  );
  const parts = [what, order, rangeOf(found), ...new Set(beside), ...(note === undefined ? [] : [note])];
  return `${file}: ${parts.join(', ')}`;
}
