import extract from '../../../examples/data/btcusdt-1m.csv';
import { type Millis, readTime } from '../../core/util/time.ts';

/** A minute of BTCUSDT: prices in USDT, `time` its start. */
export interface RealMinute {
  readonly time: Millis;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** Two days of real BTCUSDT minutes (examples/data/README.md), oldest first and without a gap. */
export function realMinutes(): readonly RealMinute[] {
  const [, ...rows] = extract.trim().split('\n');
  return rows.map((row) => {
    const [time = '', ...prices] = row.split(',');
    const [open, high, low, close] = prices.map(Number) as [number, number, number, number];
    return { time: readTime(time), open, high, low, close };
  });
}
