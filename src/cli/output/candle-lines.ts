import { counted, groupDigits, shortNumber } from '../../core/text/numbers.ts';
import { chart } from '../picture/chart.ts';
import type { CandleSummary } from './last-candles.ts';
import { table } from './table.ts';

/** Number of newest candles in the table. */
const ROWS = 6;

const right = (title: string) => ({ title, right: true });
const CANDLE = [
  { title: 'START (UTC)' },
  right('OPEN'),
  right('HIGH'),
  right('LOW'),
  right('CLOSE'),
  right('SAMPLES'),
];

const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');
const nameOf = ({ coin, quote }: CandleSummary): string => `${coin}/${quote}`.toUpperCase();

/** A table of the newest candles of one series, which is given oldest first. `paint` styles titles. */
export function candleTable(candles: readonly CandleSummary[], paint: (text: string) => string): string[] {
  const [first] = candles;
  if (first === undefined) return ['No candles.'];
  const rows = candles
    .slice(-ROWS)
    .map((candle) => [
      minute(candle.window_start),
      ...[candle.open, candle.high, candle.low, candle.close].map(shortNumber),
      groupDigits(candle.samples),
    ]);
  return [paint(`${nameOf(first)}, latest ${first.window} candles`), ...table(CANDLE, rows)];
}

/** A chart of the closing prices of one series, which is given oldest first; no lines without candles. */
export function candleChart(candles: readonly CandleSummary[], paint: (text: string) => string): string[] {
  const [first] = candles;
  const last = candles.at(-1);
  if (first === undefined || last === undefined) return [];
  return [
    paint(`${nameOf(first)}, closing prices of ${counted(candles.length, 'candle')} of ${first.window}`),
    ...chart(
      candles.map(({ close }) => close),
      [minute(first.window_start), minute(last.window_start)],
    ),
  ];
}
