import type { SeriesRules } from '../../core/stream/as-of/right-series.ts';
import { joinKey, splitKey } from '../../core/text/key.ts';
import type { Millis } from '../../core/util/time.ts';
import { rankIn, USUAL_QUOTES } from '../price-preference.ts';
import { delayOf } from '../time-options.ts';

/** The last part: whether ticks or bars, since bars come later. */
type PriceSeries = readonly [coin: string, quote: string, source: string, kind: 'bar' | 'tick'];

export const seriesName = (...parts: PriceSeries): string => joinKey(...parts);
export const partsOf = (series: string) => splitKey(series) as unknown as PriceSeries;

interface SeriesSettings {
  readonly prices: readonly string[];
  readonly prefer: readonly string[];
  readonly sourceLag: Readonly<Record<string, Millis>>;
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Which series of prices serve a coin's posts, the preferred first. */
export function seriesRules({ prices, prefer, sourceLag }: SeriesSettings): SeriesRules {
  const lagOf = delayOf(sourceLag);
  const delay = (source: string): Millis => lagOf(source) ?? Number.MAX_SAFE_INTEGER;
  const quotes = prices.length > 0 ? prices : USUAL_QUOTES;
  const coins = new Map<string, string>();
  return {
    on(series) {
      let coin = coins.get(series);
      if (coin === undefined) {
        [coin] = partsOf(series);
        coins.set(series, coin);
      }
      return coin;
    },
    source: (series) => partsOf(series)[2],
    compare: (first, second) => {
      const [, quote, source, kind] = partsOf(first);
      const [, otherQuote, otherSource, otherKind] = partsOf(second);
      return (
        rankIn(quotes, quote) - rankIn(quotes, otherQuote) ||
        byName(quote, otherQuote) ||
        rankIn(prefer, source) - rankIn(prefer, otherSource) ||
        delay(source) - delay(otherSource) ||
        byName(source, otherSource) ||
        // Ticks first: where a source has both, they are closer to the post.
        byName(otherKind, kind)
      );
    },
  };
}
