import type { NewRecord, StoredRecord } from '../../../src/core/stream/record.ts';
import { formatTime, type Millis } from '../../../src/core/util/time.ts';
import type { Candle } from '../../../src/market/prices/candle.ts';
import type { Price } from '../../../src/market/prices/price.ts';

const START: Millis = Date.parse('2026-03-02T00:00:00Z');
/** Event time between two prices of a coin. */
const STEP: Millis = 1000;
export const COINS = ['btc', 'eth', 'sol', 'xrp', 'ada', 'doge', 'ltc', 'dot'] as const;

/** Each coin's price at a tick: in order, from a source without a processing-time clock. */
export const pricesAt = (topic: string, tick: number): NewRecord[] =>
  COINS.map((coin) => {
    const time = formatTime(START + tick * STEP);
    const price: Price = { coin, quote: 'usdt', price: 1 + tick, time, source: 'file-test' };
    return {
      topic,
      partitionKey: coin,
      key: `${coin}|usdt|${time}`,
      value: JSON.stringify(price),
      headers: {},
    };
  });

/** `coin window samples` for each candle. */
export const samplesIn = (candles: readonly StoredRecord[]): string[] =>
  candles
    .map(({ value }) => JSON.parse(value!) as Candle)
    .map(({ coin, window_start, samples }) => `${coin} ${window_start} ${samples}`)
    .sort();
