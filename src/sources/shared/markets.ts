import { UserError } from '../../core/errors.ts';
import { optionalText } from '../../core/option.ts';

/** The default of an exchange when no coin is named. */
export const DEFAULT_COINS: readonly string[] = ['btc', 'eth'];

/** A currency symbol of any exchange, such as usdt. */
export const quoteCurrency = {
  ...optionalText('--quote', '<currency>', 'Currency of the markets of an exchange: usdt, usd, eur.'),
  parse: (text: string): string => {
    const symbol = text.trim().toLowerCase();
    if (/^[a-z0-9]{2,16}$/.test(symbol)) return symbol;
    throw new RangeError(`'${text}' is not a currency symbol; write one such as usdt`);
  },
};

/** A market that an exchange lists and trades. */
export interface Market {
  /** As the exchange writes it: BTCUSDT, BTC-USD, XBTUSD. */
  readonly symbol: string;
  /** Lower-case symbols. */
  readonly base: string;
  readonly quote: string;
}

export interface MarketRequest {
  /** The source's name. */
  readonly exchange: string;
  /** Lower-case symbols; none: DEFAULT_COINS. */
  readonly coins: readonly string[];
  readonly quote: string;
}

/**
 * One market for each coin, from the exchange's own list. Warns of each coin without a market in `quote`, and names the
 * quotes that it has there. Throws UserError `usage` when no coin has one.
 */
export function marketsOf(
  { exchange, coins, quote }: MarketRequest,
  listed: readonly Market[],
  warn: (message: string) => void,
): readonly Market[] {
  const found: Market[] = [];
  const absent: string[] = [];
  for (const coin of coins.length > 0 ? coins : DEFAULT_COINS) {
    const ofCoin = listed.filter(({ base }) => base === coin);
    const market = ofCoin.find((candidate) => candidate.quote === quote);
    if (market !== undefined) found.push(market);
    else absent.push(describeAbsent(coin, quote, ofCoin));
  }
  if (found.length === 0)
    throw new UserError(
      'usage',
      `${exchange} ${absent.join('; ')}`,
      'Name another coin with --coin, or another currency with --quote.',
    );
  for (const text of absent) warn(`${exchange} ${text}; it is left out`);
  return found;
}

function describeAbsent(coin: string, quote: string, ofCoin: readonly Market[]): string {
  const quotes = ofCoin.map((market) => market.quote).sort();
  return quotes.length === 0
    ? `does not trade ${coin}`
    : `has no market ${coin}/${quote}, only ${coin} in ${quotes.slice(0, 8).join(', ')}`;
}
