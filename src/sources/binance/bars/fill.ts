import { InvalidRecord, type NewRecord } from '../../../core/stream/record.ts';
import { formatTime, type Millis } from '../../../core/util/time.ts';
import { gapRecord } from '../../shared/gaps.ts';
import { rejectedPart } from '../../shared/rejects.ts';
import { type Chunk, latestTime, type SourceContext } from '../../source.ts';
import type { BinanceApi } from '../rest/api.ts';
import type { RetryCall } from '../rest/retry-call.ts';
import { cellsOf, type Kline } from './kline.ts';
import type { BarProgress, BarSeries } from './progress.ts';

/** What every part of the source works with. */
export interface BinanceRun {
  readonly api: BinanceApi;
  readonly retryCall: RetryCall;
  readonly progress: BarProgress;
  readonly context: SourceContext;
}

/** The bar of a kline, or its reject. `receivedAt`: ISO 8601. */
export function barOrReject(
  { market, interval, write }: BarSeries,
  start: Millis,
  kline: Kline,
  isFinal: boolean,
  receivedAt: string,
  { progress, context }: BinanceRun,
): NewRecord {
  try {
    if (start + interval > latestTime(context))
      throw new InvalidRecord('its time is too far ahead of the clock (--max-ahead)');
    return write(start, kline, isFinal, receivedAt);
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    const { topic } = progress.settings;
    const polledAt = Date.parse(receivedAt);
    const row = cellsOf(kline);
    const what = `${market.symbol}@${row[0]}`;
    return rejectedPart({ source: 'binance', topic, what, part: row, why: error.message, polledAt });
  }
}

/** The marker of bars that Binance itself lacks: it stood still, and has no klines of that time. */
export function absentBars(
  { market, interval }: BarSeries,
  from: Millis,
  to: Millis,
  { progress }: BinanceRun,
) {
  progress.absentBars += (to - from) / interval;
  const reason = `no bars of ${market.symbol} at the exchange`;
  return gapRecord({ source: 'binance', from, to, reason, backfilled: false });
}

/**
 * Writes the bars of [from, to) that REST has; without `to`, those up to the newest final one. Bars that are absent between
 * others, or before a bound that is past, are marked as a gap. Returns the end of what is written or marked.
 */
export async function* fillByRest(
  series: BarSeries,
  from: Millis,
  to: Millis | undefined,
  run: BinanceRun,
): AsyncGenerator<Chunk, Millis> {
  const { api, retryCall, progress, context } = run;
  const { market, interval } = series;
  let until = from;
  while ((to === undefined || until < to) && !context.signal.aborted) {
    const asked = until;
    const page = await retryCall(() => api.klines(market.symbol, interval, asked, to));
    const records: NewRecord[] = [];
    for (const row of page.rows) {
      const start = Number(row[0]);
      if (start < until) continue;
      if (start > until) records.push(absentBars(series, until, start, run));
      records.push(barOrReject(series, start, row, true, page.receivedAt, run));
      until = start + interval;
    }
    const isEnd = !page.isFull;
    if (isEnd && to !== undefined && until < to && to <= page.finalUntil) {
      records.push(absentBars(series, until, to, run));
      until = to;
    }
    progress.cover(series, from, until);
    if (records.length > 0) {
      context.status(`binance: ${market.symbol} to ${formatTime(until)}`);
      yield progress.chunk(records);
    }
    if (isEnd || until === asked) break;
  }
  return until;
}
