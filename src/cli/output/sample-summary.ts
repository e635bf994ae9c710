import { counted, groupDigits } from '../../core/text/numbers.ts';
import { marketLines } from '../picture/market-lines.ts';
import type { MarketView } from '../picture/market-view.ts';
import { candleTable } from './candle-lines.ts';
import type { CandleSummary } from './last-candles.ts';
import { table } from './table.ts';
import { wrapText } from './wrap-text.ts';

export interface SampleSummary {
  readonly topics: readonly { readonly name: string; readonly records: number }[];
  readonly late: number;
  readonly rejected: number;
  readonly files: number;
  readonly seconds: number;
  /** One series, oldest first. */
  readonly candles: readonly CandleSummary[];
  /** What the picture shows. */
  readonly market: MarketView | undefined;
  /** The answer of `signals test`. */
  readonly lead: string | undefined;
  readonly lake: string;
  /** Commands to suggest. */
  readonly next: readonly string[];
}

/** The last screen fits the usual terminal. */
const WIDTH = 80;

const right = (title: string) => ({ title, right: true });

/** What `run --sample` prints when it finishes. `paint` styles titles. */
export function sampleSummary(summary: SampleSummary, paint: (text: string) => string): string {
  const { late, rejected, files, seconds, market, lead } = summary;
  const records = summary.topics
    .filter(({ records }) => records > 0)
    .map(({ name, records }) => [name, groupDigits(records)]);
  const counts = [
    `${groupDigits(late)} late`,
    `${groupDigits(rejected)} rejected`,
    `${counted(files, 'file')} in the lake`,
    `${seconds.toFixed(1)} seconds`,
  ];
  const blocks = [
    table([{ title: 'TOPIC' }, right('RECORDS')], records, paint),
    [counts.join(', ')],
    candleTable(summary.candles, paint),
    market === undefined ? [] : marketLines(market, WIDTH, paint),
    lead === undefined ? [] : wrapText(lead, WIDTH),
    wrapText(
      `The lake is in ${summary.lake}: Delta tables that Spark, DuckDB or pandas can read directly.`,
      WIDTH,
    ),
    [paint('Try next:'), ...summary.next.map((command) => `  ${command}`)],
  ].filter((lines) => lines.length > 0);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
