import type { Headers, NewRecord } from '../../../core/stream/record.ts';
import { jsonText } from '../../../core/util/json.ts';
import { formatSpan, formatTime } from '../../../core/util/time.ts';
import { fillTopic } from '../../../market/catalog/topic-template.ts';
import { type Bar, barKey } from '../../../market/prices/bar.ts';
import { symbol } from '../../../market/prices/checks.ts';
import type { ColumnIndexes } from '../../../market/prices/layout/columns/fields.ts';
import type { BarRow, PriceRow, TickRow } from '../../../market/prices/layout/layout.ts';
import { quoteKey } from '../../../market/prices/price.ts';
import type { Cell, Row } from '../../../market/prices/table.ts';
import { quoteHeaders } from '../../shared/quote-record.ts';
import { numberText } from './number-text.ts';

/** The topics that rows are written to; names may hold QUOTE_PLACEHOLDERS. */
export interface PriceTopics {
  readonly bars: string;
  readonly ticks: string;
}

/** `file-` before a name that has it not yet: what was exported once may be exported again. */
const fileSource = (name: string | undefined): string => {
  if (name === undefined) return 'file';
  return /^file(-|$)/.test(name) ? name : `file-${name}`;
};

/** What the records of a series have in common: texts made once, since a file has millions of rows of few series. */
interface Series {
  readonly source: string;
  readonly barTopic: string;
  readonly tickTopic: string;
  /** The beginning of each value. */
  readonly head: string;
  readonly barHeaders: Headers;
  readonly tickHeaders: Headers;
  /** The beginning of a bar's key, by its length. */
  readonly keys: Map<number, string>;
}

/** Throws InvalidRecord for names that are no symbols. */
function seriesOf(row: PriceRow, topics: PriceTopics): Series {
  const base = symbol(row.base, 'base');
  const quote = symbol(row.quote, 'quote');
  const source = symbol(fileSource(row.source), 'source');
  return {
    source,
    barTopic: fillTopic(topics.bars, { coin: base }, base),
    tickTopic: fillTopic(topics.ticks, { coin: base }, base),
    head: JSON.stringify({ source, base, quote }).slice(0, -1),
    barHeaders: { source: 'file', schema: 'bar/1' },
    tickHeaders: quoteHeaders('file'),
    keys: new Map(),
  };
}

const field = (name: string, value: number | undefined): string =>
  value === undefined ? '' : `,"${name}":${value}`;
const textField = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `,"${name}":${JSON.stringify(value)}`;

/** The cells of a bar, whose texts are those of its numbers unless it was widened. */
export interface BarCells {
  readonly cells: Row;
  readonly columns: ColumnIndexes;
}

const cellField = (name: string, value: number | undefined, cells: Row, at: number | undefined): string =>
  value === undefined ? '' : `,"${name}":${numberText(at === undefined ? undefined : cells[at], value)}`;

/** Open, high, low, close and volumes as fields of JSON. */
function numberFields(row: BarRow, texts: BarCells | undefined): string {
  const { open, high, low, close, volume, quoteVolume, trades } = row;
  if (texts === undefined || row.widened)
    return (
      `,"open":${open},"high":${high},"low":${low},"close":${close}` +
      `${field('volume', volume)}${field('quote_volume', quoteVolume)}${field('trades', trades)}`
    );
  const { cells, columns } = texts;
  return (
    `${cellField('open', open, cells, columns.open)}${cellField('high', high, cells, columns.high)}` +
    `${cellField('low', low, cells, columns.low)}${cellField('close', close, cells, columns.close)}` +
    `${cellField('volume', volume, cells, columns.volume)}` +
    `${cellField('quote_volume', quoteVolume, cells, columns.quote_volume)}` +
    `${cellField('trades', trades, cells, columns.trades)}`
  );
}

function barRecord(
  row: BarRow,
  series: Series,
  interval: string | undefined,
  texts: BarCells | undefined,
): NewRecord {
  const { base, quote } = row;
  const length = row.end - row.start;
  let key = series.keys.get(length);
  if (key === undefined) {
    key = barKey({ source: series.source, base, quote, start: '' } as Bar, interval ?? formatSpan(length));
    series.keys.set(length, key);
  }
  const start = formatTime(row.start);
  // A template is somewhat faster than JSON.stringify of an object.
  const value = `${series.head}${numberFields(row, texts)},"start":"${start}","end":"${formatTime(row.end)}","final":true}`;
  return { topic: series.barTopic, partitionKey: base, key: key + start, value, headers: series.barHeaders };
}

/** Fields of a quote that have no meaning here; they pass. */
function otherFields(others: Readonly<Record<string, Cell>>): string {
  const text = jsonText(others) ?? '{}';
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
}

function tickRecord(row: TickRow, { source, tickTopic, head, tickHeaders }: Series): NewRecord {
  const { base, quote, price, size, side, tradeId, marketCap, volume24h, others } = row;
  const last_updated = formatTime(row.time);
  const value =
    `${head},"price":${price}${field('market_cap', marketCap)}${field('volume_24h', volume24h)}` +
    `${field('size', size)}${textField('side', side)}${textField('trade_id', tradeId)},"last_updated":"${last_updated}"` +
    `${others === undefined ? '' : otherFields(others)}}`;
  const key = quoteKey({ source, base, quote, price, last_updated, trade_id: tradeId });
  return { topic: tickTopic, partitionKey: quote, key, value, headers: tickHeaders };
}

/** The market cap that a bar has at its end, as a quote of its last millisecond that names the bar's length. */
const capOf = (bar: BarRow, interval: string): TickRow => ({
  kind: 'tick',
  base: bar.base,
  quote: bar.quote,
  time: bar.end - 1,
  price: bar.close,
  size: undefined,
  side: undefined,
  tradeId: undefined,
  marketCap: bar.marketCap,
  volume24h: undefined,
  others: { bar: interval },
  source: bar.source,
});

/**
 * Adds the records of a row to `into`: a bar or a tick, and for a bar with a market cap a quote besides. `texts`: the cells
 * of a bar, if they have a decimal point.
 */
export type WriteRow = (row: PriceRow, into: NewRecord[], texts?: BarCells) => void;

/** `interval`: the length of all bars as a span (`5m`, `1M`), where it is known. */
export function rowWriter(topics: PriceTopics, interval: string | undefined): WriteRow {
  const known = new Map<string, Series>();
  let last: Series | undefined;
  let lastRow: PriceRow | undefined;
  const find = (row: PriceRow): Series => {
    if (last !== undefined && lastRow !== undefined && isSameSeries(row, lastRow)) return last;
    const name = JSON.stringify([row.source, row.base, row.quote]);
    const series = known.get(name) ?? seriesOf(row, topics);
    known.set(name, series);
    [last, lastRow] = [series, row];
    return series;
  };
  return (row, into, texts) => {
    const series = find(row);
    if (row.kind === 'tick') into.push(tickRecord(row, series));
    else {
      into.push(barRecord(row, series, interval, texts));
      if (row.marketCap !== undefined)
        into.push(tickRecord(capOf(row, interval ?? formatSpan(row.end - row.start)), series));
    }
  };
}

const isSameSeries = (a: PriceRow, b: PriceRow): boolean =>
  a.base === b.base && a.quote === b.quote && a.source === b.source;
