import { InvalidRecord } from '../../../core/stream/record.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { Cell, Row } from '../table.ts';
import { EARLIEST } from './cells/digits.ts';
import { amountIn, priceIn } from './cells/numbers.ts';
import { timeReason } from './cells/times.ts';
import { seriesReader } from './columns/series-reader.ts';
import type { TickRow } from './layout.ts';
import type { LayoutPlan } from './plan.ts';
import { sourceIn } from './source-cell.ts';

const SIDES: Readonly<Record<string, 'buy' | 'sell'>> = {
  buy: 'buy',
  b: 'buy',
  bid: 'buy',
  '0': 'buy',
  sell: 'sell',
  s: 'sell',
  ask: 'sell',
  a: 'sell',
  '1': 'sell',
};

/** The side of the taker, also as Bitstamp's 0 and 1; undefined for anything else. */
function sideIn(cell: Cell): 'buy' | 'sell' | undefined {
  if (cell === 'buy' || cell === 'sell') return cell;
  return SIDES[
    String(cell ?? '')
      .trim()
      .toLowerCase()
  ];
}

/** The taker's side where the row says whether the buyer was the maker. */
function sideOfMaker(cell: Cell): 'buy' | 'sell' | undefined {
  if (typeof cell === 'boolean') return cell ? 'sell' : 'buy';
  const text = String(cell ?? '')
    .trim()
    .toLowerCase();
  return text === 'true' ? 'sell' : text === 'false' ? 'buy' : undefined;
}

/** A market cap in a JSON line is a number from 0 or null, else the row is rejected: a text may be any kind of count. */
function checkCap(cell: Cell): void {
  if (cell == null) return;
  if ((typeof cell === 'number' || typeof cell === 'bigint') && cell >= 0) return;
  throw new InvalidRecord(
    `market_cap: ${JSON.stringify(String(cell).slice(0, 60))} is not a positive number`,
  );
}

/** Reads the ticks or quotes of a layout. `timeOf` reads the cells of a row's time. */
export function tickReader(
  plan: LayoutPlan,
  timeOf: (row: Row) => Millis,
  timeCell: (row: Row) => Cell,
  latest: Millis,
): (row: Row) => TickRow | undefined {
  const { columns, decimal, kind } = plan;
  const { price: priceAt = -1, size: sizeAt, side: sideAt, buyer_maker: makerAt, id: idAt } = columns;
  const { market_cap: marketCapAt, volume_24h: volume24hAt, source: sourceAt } = columns;
  const pairOf = seriesReader(plan.series);
  const others = Object.entries(plan.others);
  const isQuotes = kind === 'quotes';

  return (row) => {
    const pair = pairOf(row);
    if (pair === undefined) return undefined;
    const time = timeOf(row);
    if (!(time >= EARLIEST && time <= latest)) throw timeReason(time, timeCell(row), latest, plan.zone);
    const price = priceIn(row[priceAt], 'price', decimal);
    if (isQuotes && marketCapAt !== undefined) checkCap(row[marketCapAt]);
    const id = idAt === undefined ? undefined : row[idAt];
    return {
      kind: 'tick',
      base: pair.base,
      quote: pair.quote,
      time,
      price,
      size: sizeAt === undefined ? undefined : amountIn(row[sizeAt], decimal),
      side:
        sideAt !== undefined
          ? sideIn(row[sideAt])
          : makerAt !== undefined
            ? sideOfMaker(row[makerAt])
            : undefined,
      tradeId: id == null || id === '' ? undefined : String(id),
      marketCap: marketCapAt === undefined ? undefined : amountIn(row[marketCapAt], decimal),
      volume24h: volume24hAt === undefined ? undefined : amountIn(row[volume24hAt], decimal),
      source: sourceIn(row, sourceAt),
      others: others.length === 0 ? undefined : otherCells(row, others),
    };
  };
}

function otherCells(row: Row, others: readonly (readonly [string, number])[]): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  for (const [name, at] of others) if (row[at] !== undefined) cells[name] = row[at];
  return cells;
}
