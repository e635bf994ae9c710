import { candleChart, candleTable } from './candle-lines.ts';
import type { NewestCandles } from './last-candles.ts';

/** Other series that are named. */
const MOST_NAMED = 5;

/** What `import` prints last on a terminal: a table for each window, and a chart of the longest series. */
export function importSummary(
  { byWindow, others }: NewestCandles,
  self: string,
  paint: (text: string) => string,
): string {
  const [longest = []] = byWindow;
  const tables = byWindow.length === 0 ? [['No candles.']] : byWindow.map((one) => candleTable(one, paint));
  const named = others.slice(0, MOST_NAMED).join(', ') + (others.length > MOST_NAMED ? ' ...' : '.');
  const blocks = [
    ...tables,
    candleChart(longest, paint),
    others.length === 0 ? [] : [`Also in topic candles: ${named} See ${self} topics tail candles.`],
  ].filter((lines) => lines.length > 0);
  return `\n${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
