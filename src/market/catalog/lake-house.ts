import { formatTime, readTime } from '../../core/util/time.ts';
import type { Column, ColumnType } from './columns.ts';
import type { Dataset } from './datasets.ts';

/*
 * The tables of the lake-house project by the names of our datasets: its folders and column names, with coins and
 * currencies in capitals. Two differences are deliberate: open and close are not swapped, and the struct
 * group_base{start,end} is two columns.
 */

/** The largest time of a Date. */
const LATEST = 8.64e15;

type Value = Column['of'] & {};

const of = (name: string, type: ColumnType, help: string, value: Value): Column => ({
  name,
  type,
  help,
  of: value,
});
const field =
  (name: string): Value =>
  (record) =>
    record[name];
const capitals =
  (name: string): Value =>
  (record) => {
    const value = record[name];
    return typeof value === 'string' ? value.toUpperCase() : value;
  };
/** The value before the conversion. */
const unconverted =
  (name: string): Value =>
  (record) => {
    const [value, rate] = [record[name], record.fx_price];
    return typeof value === 'number' && typeof rate === 'number' ? value / rate : value;
  };
const quoted: Value = ({ time, skew_ms }) => {
  if (typeof time !== 'string' || typeof skew_ms !== 'number') return time;
  const at = readTime(time) + skew_ms;
  if (Number.isNaN(at)) return time;
  return Math.abs(at) <= LATEST ? formatTime(at) : at;
};

export const LAKE_HOUSE: Readonly<Record<string, Dataset>> = {
  prices: {
    name: 'cmp_tmn.parquet',
    requiredField: 'fx_price',
    timeColumn: 'wallex_last_updated',
    dayColumn: 'partition_key',
    partitionBy: ['partition_key', 'cmp_base'],
    columns: [
      of('cmp_base', 'text', 'Coin.', capitals('coin')),
      of('cmp_quote', 'text', 'Currency of the original quote.', capitals('fx_base')),
      of('cmp_price', 'number', 'Price of the coin in that currency.', unconverted('price')),
      of('cmp_market_cap', 'number', 'Market cap in that currency.', unconverted('market_cap')),
      of('cmp_last_updated', 'time', 'Time of that price.', quoted),
      of('wallex_base', 'text', 'Base of the rate.', capitals('fx_base')),
      of('wallex_quote', 'text', 'Currency of the rate.', capitals('quote')),
      of('wallex_price', 'number', 'The rate.', field('fx_price')),
      of('wallex_last_updated', 'time', 'Time of the rate.', field('fx_time')),
      of('base_price_tmn', 'number', 'Price of the coin in the currency of the rate.', field('price')),
    ],
  },
  candles: {
    name: 'candles.parquet',
    timeColumn: 'group_base_start',
    dayColumn: 'partition_key',
    partitionBy: ['partition_key'],
    columns: [
      of('group_base_start', 'time', 'First millisecond of the window.', field('window_start')),
      of('group_base_end', 'time', 'First millisecond after the window.', field('window_end')),
      of('base', 'text', 'Coin.', capitals('coin')),
      of('quote', 'text', 'Currency.', capitals('quote')),
      of('open_price', 'number', 'First price.', field('open')),
      of('close_price', 'number', 'Last price.', field('close')),
      of('max_price', 'number', 'Highest price.', field('high')),
      of('min_price', 'number', 'Lowest price.', field('low')),
      of('avg_price', 'number', 'Mean of the samples.', field('mean')),
    ],
  },
  market_cap: {
    name: 'market_cap.parquet',
    timeColumn: 'cmp_last_updated',
    dayColumn: 'partition_key',
    partitionBy: ['partition_key'],
    columns: [
      of('cmp_last_updated', 'time', 'Minute of the sum.', field('time')),
      of('total_market_cap', 'number', 'Sum over the coins.', field('total_market_cap')),
    ],
  },
};
