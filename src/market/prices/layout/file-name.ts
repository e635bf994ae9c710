import { type BarLength, readLength, readMinutes } from './bars/usual-lengths.ts';
import { type Pair, splitSymbol } from './columns/pair.ts';

/** What the name of a file tells. */
export interface NameSigns {
  /** The pair, if the name is one that an exchange gives its files. */
  readonly pair: Pair | undefined;
  readonly length: BarLength | undefined;
  /** Whether it is such a name. */
  readonly isKnown: boolean;
}

/** data.binance.vision: `BTCUSDT-1m-2024-01.csv`, `BTCUSDT-aggTrades-2024-01-02.csv`. */
const BINANCE = /^([A-Z0-9]{5,20})-(trades|aggTrades|\d{1,2}(?:mo|[smhdwM]))(?:-\d{4}(?:-\d{2}){0,2})?$/;
/** Kraken's download: `XBTUSD_1440.csv` (minutes), `XBTUSD.csv` (trades). */
const KRAKEN = /^(?:kraken-)?([A-Z0-9]{5,12})(?:_(\d{1,5}))?$/;
const ENDING = /\.(?:csv|tsv|txt|json|jsonl|ndjson|parquet|gz|zip|zst)$/i;

/** Words of other names that tell a length: `btc_1h`, `btcusd_1-min_data`, `Bitstamp_BTCUSD_d`, `BTC-daily`. */
function lengthInWords(name: string): BarLength | undefined {
  const lengths = name
    .replace(/(\d)-(min|hour|day)/gi, '$1$2')
    .split(/[-_. ]/)
    .filter(
      (word) => /^\d{1,3}[a-z]+$/i.test(word) || /^(?:d|h|daily|hourly|minute|weekly|monthly)$/i.test(word),
    )
    .map(readLength)
    .filter((one) => one !== undefined);
  return new Set(lengths.map(({ text }) => text)).size === 1 ? lengths[0] : undefined;
}

/** Reads the name of a file. `layout`: the name of its layout, since names mean something only beside one. */
export function readFileName(file: string, layout: string): NameSigns {
  let name = file.replace(/^.*[/\\]/, '');
  while (ENDING.test(name)) name = name.replace(ENDING, '');
  const binance = layout.startsWith('binance') ? BINANCE.exec(name) : null;
  const kraken = layout.startsWith('kraken') ? KRAKEN.exec(name) : null;
  const match = binance ?? kraken;
  const pair = match === null ? undefined : splitSymbol(match[1]!);
  if (match === null || pair === undefined)
    return { pair: undefined, length: lengthInWords(name), isKnown: false };
  return { pair, length: binance ? readLength(match[2]!) : readMinutes(match[2] ?? ''), isKnown: true };
}
