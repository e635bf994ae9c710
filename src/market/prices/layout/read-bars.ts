import { InvalidRecord } from '../../../core/stream/record.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { Cell, Row } from '../table.ts';
import { checkPhase, endReader } from './bars/bar-spans.ts';
import { EARLIEST } from './cells/digits.ts';
import { amountIn, priceIn } from './cells/numbers.ts';
import { timeReason } from './cells/times.ts';
import type { Zone } from './cells/wall-time.ts';
import { seriesReader } from './columns/series-reader.ts';
import type { BarRow } from './layout.ts';
import type { LayoutPlan } from './plan.ts';
import { sourceIn } from './source-cell.ts';

/** Prices that were rounded one by one may be this far, as a share, outside of their low and high. */
const ROUNDING = 1.5e-6;

function checkInside(name: string, price: number, low: number, high: number): void {
  if (price > high * (1 + ROUNDING) || price < low * (1 - ROUNDING))
    throw new InvalidRecord(`${name} ${price} is outside low ${low} to high ${high}`);
}

/** Reads the bars of a layout. `timeOf` reads the cells of a row's time. */
export function barReader(
  plan: LayoutPlan,
  zone: Zone | undefined,
  timeOf: (row: Row) => Millis,
  timeCell: (row: Row) => Cell,
  latest: Millis,
): (row: Row) => BarRow | undefined {
  const { columns, decimal, shift, phase, length } = plan;
  const { open: openAt = -1, high: highAt = -1, low: lowAt = -1, close: closeAt = -1 } = columns;
  const { volume: volumeAt, quote_volume: quoteVolumeAt, trades: tradesAt } = columns;
  const { market_cap: marketCapAt, source: sourceAt } = columns;
  const pairOf = seriesReader(plan.series);
  const endOf = length && endReader(length, zone);
  const amount = (row: Row, at: number | undefined): number | undefined =>
    at === undefined ? undefined : amountIn(row[at], decimal);

  return (row) => {
    const pair = pairOf(row);
    if (pair === undefined) return undefined;
    const stamp = timeOf(row);
    const start = stamp + shift;
    if (!(start >= EARLIEST && start <= latest)) throw timeReason(start, timeCell(row), latest, plan.zone);
    if (endOf === undefined) throw new InvalidRecord('the length of its bar is not known');
    if (phase !== undefined) checkPhase(start, length!, phase);
    const open = priceIn(row[openAt], 'open', decimal);
    let high = priceIn(row[highAt], 'high', decimal);
    let low = priceIn(row[lowAt], 'low', decimal);
    const close = priceIn(row[closeAt], 'close', decimal);
    let widened = false;
    const top = open > close ? open : close;
    const bottom = open < close ? open : close;
    if (high < top || low > bottom) {
      if (low > high * (1 + ROUNDING)) throw new InvalidRecord(`low ${low} is above high ${high}`);
      checkInside('open', open, low, high);
      checkInside('close', close, low, high);
      high = Math.max(high, top);
      low = Math.min(low, bottom);
      widened = true;
    }
    return {
      kind: 'bar',
      base: pair.base,
      quote: pair.quote,
      start,
      end: endOf(start),
      open,
      high,
      low,
      close,
      volume: amount(row, volumeAt),
      quoteVolume: amount(row, quoteVolumeAt),
      trades: amount(row, tradesAt),
      marketCap: amount(row, marketCapAt),
      widened,
      source: sourceIn(row, sourceAt),
    };
  };
}
