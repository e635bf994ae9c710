import { type KlineRow, klineRow, STUB_MARKETS, type StubMarket } from './klines.ts';

const MINUTE = 60_000;
const LENGTHS: Readonly<Record<string, number>> = { s: 1000, m: MINUTE, h: 60 * MINUTE, d: 1440 * MINUTE };

/** The length of `1m`, `4h`; NaN for another text. */
export function lengthOf(interval: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(interval) ?? [];
  return count === undefined ? Number.NaN : Number(count) * LENGTHS[unit!]!;
}

/** What the exchange knows: its markets and their bars. */
export class Exchange {
  readonly markets = new Map(STUB_MARKETS.map((market) => [market.symbol, market]));
  /** Times in which the exchange stood still: it has no bars that begin then. */
  readonly downtimes: { readonly from: number; readonly to: number }[] = [];

  constructor(readonly now: () => number) {}

  has({ listedAt }: StubMarket, start: number): boolean {
    return start >= listedAt && !this.downtimes.some(({ from, to }) => start >= from && start < to);
  }

  /** The bars that begin within [from, to), at most `limit`; the last may be unfinished. */
  klines(market: StubMarket, interval: number, from: number, to: number, limit: number): KlineRow[] {
    const rows: KlineRow[] = [];
    const now = this.now();
    let start = Math.ceil(Math.max(from, market.listedAt) / interval) * interval;
    for (; start < to && start <= now && rows.length < limit; start += interval)
      if (this.has(market, start)) rows.push(klineRow(market, start, interval, now));
    return rows;
  }
}
