import type { Settings } from '../../../src/core/option.ts';
import { formatTime, HOUR, MINUTE } from '../../../src/core/util/time.ts';
import type { Bar } from '../../../src/market/prices/bar.ts';
import type { Candle } from '../../../src/market/prices/candle.ts';
import { candles } from '../../../src/processors/candles.ts';
import { type Driver, runLogic } from '../driver.ts';

/** 2026-03-02 00:00 UTC, a Monday. */
export const START = Date.UTC(2026, 2, 2);

/** A bar that starts so many minutes after START; its numbers follow from its start, so that each differs. */
export function bar(minute: number, length = 1, given: Partial<Bar> = {}): Bar {
  const start = START + minute * MINUTE;
  return {
    source: 'file',
    base: 'btc',
    quote: 'usdt',
    open: 100 + (minute % 7),
    high: 120 + (minute % 11),
    low: 80 - (minute % 13),
    close: 100 + ((minute + length) % 7),
    volume: Number((0.1 + (minute % 5) / 10).toFixed(1)),
    quote_volume: 10 + (minute % 5),
    trades: 1 + (minute % 3),
    start: formatTime(start),
    end: formatTime(start + length * MINUTE),
    final: true,
    ...given,
  };
}

export const tick = (second: number, price: number, given: object = {}) => ({
  coin: 'btc',
  quote: 'usdt',
  price,
  time: formatTime(START + second * 1000),
  source: 'file',
  ...given,
});

export const process = (given: Partial<Settings<typeof candles.options>> = {}): Driver =>
  runLogic(candles, { window: [10 * MINUTE], ...given });

export const rows = ({ outputs }: Driver): Candle[] => outputs.map(({ value }) => value as Candle);

/** The newest row of every candle, as a lake's reader sees it, in order of their keys. */
export function newest(driver: Driver): Candle[] {
  const byKey = new Map<string, Candle>();
  for (const { key, value } of driver.outputs) {
    const row = value as Candle;
    const known = byKey.get(key);
    if (known !== undefined && row.revision <= known.revision)
      throw new Error(`${key}: revision ${row.revision} again`);
    byKey.set(key, row);
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Rows without their revision. */
export const plain = (candles: readonly Candle[]): object[] => candles.map(({ revision: _, ...row }) => row);

export { HOUR, MINUTE };
