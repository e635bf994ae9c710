import type { Settings } from '../../core/option.ts';
import { DAY, formatTime, HOUR, type Millis } from '../../core/util/time.ts';
import { DEFAULT_COINS, type Market, marketsOf } from '../shared/markets.ts';
import { type Chunk, durably, type SourceContext } from '../source.ts';
import { catchUp } from './bars/catch-up.ts';
import { type BinanceRun, fillByRest } from './bars/fill.ts';
import { BarProgress, type BarSeries, progressName } from './bars/progress.ts';
import { uncovered } from './bars/spans.ts';
import { dumpHost } from './dumps/dump-host.ts';
import { DumpHistory } from './dumps/history.ts';
import { StoredDumps } from './dumps/stored-dumps.ts';
import { binanceApi } from './rest/api.ts';
import { retrying } from './rest/retry-call.ts';
import { barLength, type binanceOptions } from './settings.ts';
import { LiveBars } from './stream/live.ts';

export type BinanceSettings = Settings<typeof binanceOptions>;

/** The symbols that the coins would have. */
export const symbolsOf = ({ coins, quote = 'usdt' }: Pick<BinanceSettings, 'coins' | 'quote'>): string[] =>
  (coins.length > 0 ? coins : DEFAULT_COINS).map((coin) => `${coin}${quote}`.toUpperCase());

async function requestedMarkets(
  settings: BinanceSettings,
  { api, retryCall, context }: Pick<BinanceRun, 'api' | 'retryCall' | 'context'>,
): Promise<readonly Market[]> {
  const { coins, quote = 'usdt' } = settings;
  const { markets } = await retryCall(() => api.markets(symbolsOf(settings)));
  const requested = marketsOf({ exchange: 'binance', coins, quote }, markets, context.warn);
  for (const { symbol, status } of markets)
    if (status !== 'TRADING' && requested.some((market) => market.symbol === symbol))
      context.warn(`binance: ${symbol} is not traded at the moment (${status}); its bars follow once it is`);
  return requested;
}

/** Without `--since`, a first run begins with the hour before the current one, or the bar before. */
function usualStart(now: Millis, interval: Millis): Millis {
  const step = Math.max(HOUR, interval);
  return (Math.floor(now / step) - 1) * step;
}

/** When a series begins: at its first bar since then. */
async function startAt(series: BarSeries, since: Millis | undefined, run: BinanceRun): Promise<Millis> {
  const { api, retryCall, context } = run;
  const { market, interval } = series;
  const asked = Math.ceil((since ?? usualStart(context.now(), interval)) / interval) * interval;
  const first = (await retryCall(() => api.firstStart(market.symbol, interval, asked))) ?? asked;
  if (since !== undefined && first - asked >= DAY)
    context.info(`binance: the history of ${market.symbol} begins at ${formatTime(first)}`);
  return first;
}

/** Reads the history of a market: all that the topic lacks since then, but the newest bars. */
async function* readHistory(
  series: BarSeries,
  history: DumpHistory,
  start: Millis,
  run: BinanceRun,
): AsyncGenerator<Chunk> {
  const { progress, context } = run;
  const newest = progress.untilOf(series)!;
  for (const [from, to] of uncovered(progress.spansOf(series), start, newest)) {
    const until = yield* history.read([from, to]);
    yield* fillByRest(series, until, to, run);
    if (context.signal.aborted) return;
  }
  progress.absentBars = 0;
  yield* history.read([newest, context.now()]);
}

/** Reads bars: history first, then what was missed since the last run, then live. */
export async function* readBinance(
  settings: BinanceSettings & { readonly topic: string },
  context: SourceContext,
): AsyncGenerator<Chunk> {
  const { topic, since, provisional, binanceUrl, binanceWsUrl, binanceDumpsUrl } = settings;
  const interval = barLength(settings);
  const api = binanceApi(binanceUrl, context);
  const dumps = dumpHost(binanceDumpsUrl, context);
  const retryCall = retrying(api.host, context);
  try {
    const markets = await requestedMarkets(settings, { api, retryCall, context });
    const stored = await context.position(progressName({ topic, interval }));
    const progress = new BarProgress({ topic, interval }, stored);
    const run: BinanceRun = { api, retryCall, progress, context };
    const all = markets.map((market) => progress.series(market));
    if (progress.storedSeen === undefined) progress.gaps.seen(context.now());
    else progress.gaps.disconnected('restart');
    const starts = new Map<BarSeries, Millis>();
    for (const series of all) {
      const until = progress.untilOf(series);
      if (until !== undefined && since === undefined) continue;
      const start = await startAt(series, since, run);
      starts.set(series, start);
      if (until === undefined) progress.cover(series, start, start);
    }
    context.behind?.(true);
    // Stored first: a run that is killed at once leaves its beginning.
    yield* durably(progress.chunk());
    if (since !== undefined) {
      const files = { ...run, retryCall: retrying(dumps.host, context) };
      const histories: { series: BarSeries; history: DumpHistory }[] = [];
      for (const series of all) {
        const history = new DumpHistory(series, dumps, await StoredDumps.load(series, run), files);
        histories.push({ series, history });
      }
      const isDue = histories.some(({ history }) => history.isDue);
      for (const { series, history } of histories) {
        if (isDue) yield* history.correct(starts.get(series)!);
        yield* readHistory(series, history, starts.get(series)!, run);
        if (context.signal.aborted) return;
      }
    }
    if (context.once) {
      yield* catchUp(all, context.now(), run);
      context.behind?.(context.signal.aborted);
    } else yield* new LiveBars({ series: all, url: binanceWsUrl, provisional }, run).read();
  } catch (error) {
    if (!context.signal.aborted) throw error;
  } finally {
    await api.close();
    await dumps.close();
  }
}
