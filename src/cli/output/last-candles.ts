import { joinKey } from '../../core/text/key.ts';
import type { Log } from '../../log/log.ts';
import type { Candle } from '../../market/prices/candle.ts';

/** The fields of a `candles` record that the summary shows. */
export type CandleSummary = Pick<
  Candle,
  'coin' | 'quote' | 'source' | 'window' | 'window_start' | 'open' | 'high' | 'low' | 'close' | 'samples'
>;

/** The series most readers look for. */
const PREFERRED = 'btc|usdt|10m|';
const PREFERRED_WINDOW = '|10m|';

/** The latest revision of every candle. */
async function allCandles(log: Log): Promise<CandleSummary[]> {
  const byKey = new Map<string | null, CandleSummary>();
  const topic = await log.describe('candles');
  for (const { partition, start } of topic?.partitionInfos ?? [])
    for await (const { records } of log.read('candles', partition, start))
      for (const { key, value } of records)
        if (value === null) byKey.delete(key);
        else byKey.set(key, JSON.parse(value) as CandleSummary);
  return [...byKey.values()];
}

/**
 * One series, oldest candle first: bitcoin in USDT at ten minutes, otherwise the longest, preferring ten-minute series.
 */
export function chooseSeries(candles: readonly CandleSummary[]): CandleSummary[] {
  const series = new Map<string, CandleSummary[]>();
  for (const candle of candles) {
    const name = joinKey(candle.coin, candle.quote, candle.window, candle.source);
    const known = series.get(name);
    if (known === undefined) series.set(name, [candle]);
    else known.push(candle);
  }
  const rank = (name: string): number =>
    name.startsWith(PREFERRED) ? 2 : name.includes(PREFERRED_WINDOW) ? 1 : 0;
  const [best] = [...series].sort(
    ([a, x], [b, y]) => rank(b) - rank(a) || y.length - x.length || (a < b ? -1 : 1),
  );
  return (best?.[1] ?? []).sort((a, b) => (a.window_start < b.window_start ? -1 : 1));
}

export const readSeries = async (log: Log): Promise<CandleSummary[]> => chooseSeries(await allCandles(log));
