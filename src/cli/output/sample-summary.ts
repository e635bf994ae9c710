import { counted, groupDigits } from '../../core/text/numbers.ts';
import { candleChart, candleTable } from './candle-lines.ts';
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

const right = (title: string) => ({ title, right: true });

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
  const picture = candleChart(summary.candles, paint);
  const lines = [
    ...table([{ title: 'TOPIC' }, right('RECORDS')], records, paint),
    '',
    counts.join(', '),
    '',
    ...candleTable(summary.candles, paint),
    '',
    ...picture,
    ...(picture.length > 0 ? [''] : []),
    `The lake is in ${summary.lake}: Delta tables that Spark, DuckDB or pandas can read directly.`,
    '',
    paint('Try next:'),
    ...summary.next.map((command) => `  ${command}`),
    '',
  ];
  return lines.join('\n');
}
