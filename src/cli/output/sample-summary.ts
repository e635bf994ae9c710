import { counted, groupDigits, shortNumber } from '../../core/text/numbers.ts';
import { chart } from './chart.ts';
import type { CandleSummary } from './last-candles.ts';
import { table } from './table.ts';

export interface SampleSummary {
  readonly topics: readonly { readonly name: string; readonly records: number }[];
  readonly late: number;
  readonly rejected: number;
  readonly files: number;
  readonly seconds: number;
  /** One series, oldest first. */
  readonly candles: readonly CandleSummary[];
  readonly lake: string;
  /** Commands to suggest. */
  readonly next: readonly string[];
}

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

function candleLines(candles: readonly CandleSummary[], paint: (text: string) => string): string[] {
  const [first] = candles;
  const last = candles.at(-1);
  if (first === undefined || last === undefined) return ['No candles.'];
  const name = `${first.coin}/${first.quote}`.toUpperCase();
  const rows = candles
    .slice(-ROWS)
    .map((candle) => [
      minute(candle.window_start),
      ...[candle.open, candle.high, candle.low, candle.close].map(shortNumber),
      groupDigits(candle.samples),
    ]);
  return [
    paint(`${name}, latest ${first.window} candles`),
    ...table(CANDLE, rows),
    '',
    paint(`${name}, closing prices of ${groupDigits(candles.length)} candles`),
    ...chart(
      candles.map(({ close }) => close),
      [minute(first.window_start), minute(last.window_start)],
    ),
  ];
}

/** What `run --sample` prints when it finishes. `paint` styles titles. */
export function sampleSummary(summary: SampleSummary, paint: (text: string) => string): string {
  const { late, rejected, files, seconds } = summary;
  const records = summary.topics.map(({ name, records }) => [name, groupDigits(records)]);
  const counts = [
    `${groupDigits(late)} late`,
    `${groupDigits(rejected)} rejected`,
    `${counted(files, 'file')} in the lake`,
    `${seconds.toFixed(1)} seconds`,
  ];
  const lines = [
    ...table([{ title: 'TOPIC' }, right('RECORDS')], records, paint),
    '',
    counts.join(', '),
    '',
    ...candleLines(summary.candles, paint),
    '',
    `The lake is in ${summary.lake}: Delta tables that Spark, DuckDB or pandas can read directly.`,
    '',
    paint('Try next:'),
    ...summary.next.map((command) => `  ${command}`),
    '',
  ];
  return lines.join('\n');
}
