import { isSpelling, type PriceField, simplify } from './fields.ts';
import { areDollars, isMoney } from './pair.ts';

/** Fields whose names may end with their currency (`Price (USD)`), and with the zone of UTC (`Open time UTC`). */
const IN_MONEY: readonly PriceField[] = ['open', 'high', 'low', 'close', 'price', 'market_cap'];
const IN_UTC: readonly PriceField[] = ['time', 'date', 'clock', 'end'];
const ZONE = /(?:utc|gmt)$/;
const SHORTEST_STEM = 3;

interface Bare {
  readonly stem: string;
  readonly currency: string | undefined;
}

/** A name that is a known one before its currency or zone. Undefined for any other name, and for a known one. */
function bareName(name: string): Bare | undefined {
  const zoned = name.replace(ZONE, '');
  if (zoned !== name && isSpelling(zoned, IN_UTC)) return { stem: zoned, currency: undefined };
  for (let at = SHORTEST_STEM; at < name.length - 1; at++) {
    const [stem, currency] = [name.slice(0, at), name.slice(at)];
    if (isMoney(currency) && isSpelling(stem, IN_MONEY)) return { stem, currency };
  }
  return undefined;
}

/**
 * The names of columns, simplified, without currencies and zones at their ends. Of prices in several currencies only those
 * in `quote` keep a meaning; prices in another currency than `quote` have none.
 */
export function bareNames(names: readonly string[], quote: string | undefined): string[] {
  const simple = names.map(simplify);
  const bare = simple.map(bareName);
  return simple.map((name, at) => {
    const own = bare[at];
    if (own === undefined || simple.includes(own.stem)) return name;
    const { stem, currency } = own;
    if (currency === undefined) return stem;
    const isRight = quote === undefined || currency === quote || areDollars(currency, quote);
    const rivals = bare.filter((other, index) => index !== at && other?.stem === stem);
    const isOnly =
      rivals.length === 0 || (currency === quote && rivals.every((one) => one?.currency !== quote));
    return isRight && isOnly ? stem : name;
  });
}
