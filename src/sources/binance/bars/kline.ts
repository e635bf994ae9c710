import { type EncodedText, InvalidRecord, type NewRecord } from '../../../core/stream/record.ts';
import { preview } from '../../../core/util/json.ts';
import { formatSpan, formatTime, type Millis } from '../../../core/util/time.ts';
import { fillTopic } from '../../../market/catalog/topic-template.ts';
import { type Bar, barKey } from '../../../market/prices/bar.ts';
import { amount, positive } from '../../../market/prices/checks.ts';
import type { Cell, Row } from '../../../market/prices/table.ts';
import { numberText } from '../../file/prices/number-text.ts';
import type { Market } from '../../shared/markets.ts';
import { plainFields } from './kline-line.ts';

const HEADERS = { source: 'binance', schema: 'bar/1' };

/**
 * The cells of a kline in the order of REST and dumps (open time, open, high, low, close, volume, close time, quote volume,
 * trades), or the line of a dump that has them.
 */
export type Kline = Row | EncodedText;

const isLine = (kline: Kline): kline is EncodedText => 'buffer' in kline;

export const cellsOf = (kline: Kline): Row =>
  isLine(kline) ? kline.buffer.latin1Slice(kline.from, kline.end).split(',') : kline;

/**
 * The record of a kline. The same kline gives the same record, wherever it comes from, but for `received_at`. Throws
 * InvalidRecord.
 */
export type WriteBar = (start: Millis, kline: Kline, isFinal: boolean, receivedAt: string) => NewRecord;

const priceOf = (cell: Cell, field: string): number => positive(Number(cell), field);
const amountOf = (cell: Cell, field: string): number =>
  amount(cell === '' || cell == null ? Number.NaN : Number(cell), field);

/** The JSON of the numbers of a bar. Throws InvalidRecord. */
function checkedFields(row: Row): string {
  const open = priceOf(row[1], 'open');
  const high = priceOf(row[2], 'high');
  const low = priceOf(row[3], 'low');
  const close = priceOf(row[4], 'close');
  if (open > high || open < low || close > high || close < low)
    throw new InvalidRecord(`open ${open} or close ${close} is outside low ${low} to high ${high}`);
  const volume = amountOf(row[5], 'volume');
  const quoteVolume = amountOf(row[7], 'quote_volume');
  const trades = amountOf(row[8], 'trades');
  return (
    `,"open":${numberText(row[1], open)},"high":${numberText(row[2], high)}` +
    `,"low":${numberText(row[3], low)},"close":${numberText(row[4], close)}` +
    `,"volume":${numberText(row[5], volume)},"quote_volume":${numberText(row[7], quoteVolume)},"trades":${trades}`
  );
}

const fieldsOf = (kline: Kline): string =>
  (isLine(kline) ? plainFields(kline) : undefined) ?? checkedFields(cellsOf(kline));

/** `topic` may contain {coin} and {coin_name}. */
export function barWriter({ base, quote }: Market, interval: Millis, topic: string): WriteBar {
  const source = 'binance';
  const head = JSON.stringify({ source, base, quote }).slice(0, -1);
  const keyHead = barKey({ source, base, quote, start: '' } as Bar, formatSpan(interval));
  const filled = fillTopic(topic, { coin: base }, base);
  return (start, kline, isFinal, receivedAt) => {
    if (start % interval !== 0) {
      const [time] = cellsOf(kline);
      throw new InvalidRecord(`${preview(time)} does not begin a bar of ${formatSpan(interval)}`);
    }
    const from = formatTime(start);
    const value =
      head +
      fieldsOf(kline) +
      `,"start":"${from}","end":"${formatTime(start + interval)}","final":${isFinal},"received_at":"${receivedAt}"}`;
    return { topic: filled, partitionKey: base, key: keyHead + from, value, headers: HEADERS };
  };
}
