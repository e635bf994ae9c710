import extract from '../../../examples/data/btcusdt-1m.csv';
import type { CandleRow } from '../../market/prices/candle-to-ticks.ts';
import { splitRow } from '../../market/prices/csv.ts';
import { findColumns, readCandle } from '../../market/prices/rows.ts';

/** Two days of real BTCUSDT minutes (examples/data/README.md), oldest first and without a gap. */
export function realMinutes(): readonly CandleRow[] {
  const [header = '', ...rows] = extract.trim().split('\n');
  const columns = findColumns(splitRow(header), 'candles')!;
  return rows.map((row) => readCandle(splitRow(row), columns));
}
