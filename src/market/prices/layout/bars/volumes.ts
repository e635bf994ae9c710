import type { Row } from '../../table.ts';
import { amountIn, type Decimal } from '../cells/numbers.ts';
import type { ColumnIndexes } from '../columns/fields.ts';

/** Rows that are enough to tell which volume is which. */
const FIRST_ROWS = 500;
const MOST = 0.9;

/**
 * The columns with the two volumes in their places: the prices of a bar tell which one is in the quote currency. Poloniex
 * calls the base's volume `quoteVolume`.
 */
export function withVolumesByPrice(
  columns: ColumnIndexes,
  rows: readonly Row[],
  decimal: Decimal,
): ColumnIndexes {
  const { high: highAt, low: lowAt, volume: volumeAt, quote_volume: quoteVolumeAt } = columns;
  if (highAt === undefined || lowAt === undefined || volumeAt === undefined || quoteVolumeAt === undefined)
    return columns;
  let [clear, right, swapped] = [0, 0, 0];
  for (const row of rows.slice(0, FIRST_ROWS)) {
    const cells = [highAt, lowAt, volumeAt, quoteVolumeAt].map((at) => amountIn(row[at], decimal) ?? 0);
    const [high, low, volume, quoteVolume] = cells as [number, number, number, number];
    if (!(volume > 0 && quoteVolume > 0)) continue;
    clear++;
    const price = quoteVolume / volume;
    if (price >= low * 0.99 && price <= high * 1.01) right++;
    if (1 / price >= low * 0.99 && 1 / price <= high * 1.01) swapped++;
  }
  const isSwapped = clear > 0 && swapped > MOST * clear && right < (1 - MOST) * clear;
  return isSwapped ? { ...columns, volume: quoteVolumeAt, quote_volume: volumeAt } : columns;
}
