import { toggle } from '../../core/option.ts';
import { span } from '../../core/span-options.ts';
import { DAY, formatSpan, HOUR, MINUTE, type Millis, SECOND } from '../../core/util/time.ts';
import { quoteCurrency } from '../shared/markets.ts';
import { coins, since } from '../shared/options.ts';
import { serviceUrl, socketUrl } from '../shared/service-url.ts';

/** The lengths of Binance's klines that are of equal length and begin at whole multiples of it. */
const INTERVALS: readonly Millis[] = [
  SECOND,
  ...[1, 3, 5, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 4, 6, 8, 12].map((count) => count * HOUR),
  DAY,
];
const DEFAULT_INTERVAL: Millis = MINUTE;

export const binanceOptions = {
  coins,
  quote: quoteCurrency,
  interval: {
    ...span('--interval', 'Of binance: the length of its bars, 1m by default.', 0, {
      min: SECOND,
      max: 31 * DAY,
    }),
    fallbackText: '',
  },
  since,
  provisional: toggle(
    '--provisional',
    'Also write bars that are still running, as for `candles --emit updates`.',
  ),
  binanceUrl: serviceUrl('--binance-url', "Binance's REST interface", 'https://data-api.binance.vision'),
  binanceWsUrl: socketUrl('--binance-ws-url', 'Binance', 'wss://data-stream.binance.vision'),
  binanceDumpsUrl: serviceUrl(
    '--binance-dumps-url',
    "Binance's files of history",
    'https://data.binance.vision',
  ),
};

/** The length of the bars. */
export const barLength = ({ interval }: { readonly interval: Millis }): Millis =>
  interval === 0 ? DEFAULT_INTERVAL : interval;

/** One stream for each market, on one connection. */
const MOST_MARKETS = 1024;

/** Problems of the settings alone. */
export function binanceProblems(settings: {
  readonly interval: Millis;
  readonly coins: readonly string[];
}): string[] {
  const problems: string[] = [];
  if (!INTERVALS.includes(barLength(settings)))
    problems.push(
      `--interval: Binance has no bars of ${formatSpan(settings.interval)}; choose from ${INTERVALS.map(formatSpan).join(', ')}`,
    );
  if (settings.coins.length > MOST_MARKETS)
    problems.push(`--coin: Binance streams at most ${MOST_MARKETS} markets; name fewer coins`);
  return problems;
}
