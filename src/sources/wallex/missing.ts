import { UserError } from '../../core/errors.ts';
import { MARKETS_HINT, type Markets } from './markets.ts';

/**
 * Checks each answer for the requested markets. Warns once about a missing one, until it returns. Throws UserError
 * `usage` when the first answer has none of them.
 */
export function missing(
  symbols: readonly string[],
  warn: (message: string) => void,
): (markets: Markets) => void {
  const warned = new Set<string>();
  let isFirst = true;
  return (markets) => {
    const absent = symbols.filter((symbol) => !Object.hasOwn(markets, symbol));
    if (isFirst && absent.length === symbols.length && Object.keys(markets).length > 0)
      throw new UserError('usage', `Wallex has no market ${absent.join(', ')}`, MARKETS_HINT);
    isFirst = false;
    for (const symbol of symbols)
      if (!absent.includes(symbol)) warned.delete(symbol);
      else if (!warned.has(symbol)) {
        warned.add(symbol);
        warn(`wallex: market ${symbol} does not exist; its polls go to topic rejects`);
      }
  };
}
