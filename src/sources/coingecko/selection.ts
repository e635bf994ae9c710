import { UserError } from '../../core/errors.ts';
import { InvalidRecord } from '../../core/stream/record.ts';
import { objectsOf } from '../../core/util/json.ts';
import { MINUTE } from '../../core/util/time.ts';
import { HttpError } from '../shared/http/http-error.ts';
import type { GeckoAnswer, GeckoApi } from './api.ts';
import { type GeckoRow, readGeckoRow, symbolOf } from './rows.ts';

/** The most rows of one call. */
const PAGE = 250;
/** Number of coins by market cap when none are requested. */
const DEFAULT_TOP = 10;

type Get = Pick<GeckoApi, 'get'>;

/** The rows of one currency, as received. */
export interface GeckoMarkets {
  readonly raws: readonly unknown[];
  /** The last of the responses. */
  readonly answer: GeckoAnswer;
}

export interface GeckoSelection {
  /** Calls for one currency, once the coins are found. */
  readonly calls: number;
  /** Rows of the coins in a lower-case currency, ordered by market cap. The first call finds the coins. */
  markets(api: Get, currency: string): Promise<GeckoMarkets>;
}

const marketsPath = (fields: Readonly<Record<string, string | number>>): string => {
  const query = Object.entries({ order: 'market_cap_desc', ...fields });
  return `/coins/markets?${query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
};

function rawsOf({ body }: GeckoAnswer): readonly unknown[] {
  if (Array.isArray(body)) return body;
  throw new HttpError('service', 'an answer without markets', MINUTE);
}

/** Valid rows; the others are rejected where records are made. */
const rowsIn = (raws: readonly unknown[]): readonly GeckoRow[] =>
  raws.flatMap((raw) => {
    try {
      return [readGeckoRow(raw)];
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      return [];
    }
  });

async function joined(api: Get, paths: readonly string[]): Promise<GeckoMarkets> {
  const raws: unknown[] = [];
  let answer: GeckoAnswer | undefined;
  for (const path of paths) {
    answer = await api.get(path);
    raws.push(...rawsOf(answer));
  }
  return { raws, answer: answer! };
}

/** The largest coins by market cap. */
function largest(count: number): GeckoSelection {
  const calls = Math.ceil(count / PAGE);
  return {
    calls,
    async markets(api, vs_currency) {
      const per_page = Math.min(count, PAGE);
      const paths = Array.from({ length: calls }, (_, index) =>
        marketsPath({ vs_currency, per_page, page: index + 1 }),
      );
      const { raws, answer } = await joined(api, paths);
      return { raws: raws.slice(0, count), answer };
    },
  };
}

const idsPaths = (ids: readonly string[], vs_currency: string): string[] =>
  Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, index) =>
    marketsPath({ vs_currency, ids: ids.slice(index * PAGE, (index + 1) * PAGE).join(','), per_page: PAGE }),
  );

/** Ids of all coins that have one of these symbols, from CoinGecko's whole list. */
async function candidatesOf(symbols: readonly string[], api: Get): Promise<readonly string[]> {
  const { body } = await api.get('/coins/list');
  return objectsOf(body).flatMap(({ id, symbol }) =>
    typeof id === 'string' && typeof symbol === 'string' && symbols.includes(symbolOf(symbol)) ? [id] : [],
  );
}

/** The coins of these symbols: of several coins with one symbol, the one with the largest market cap. */
function named(coins: readonly string[], warn: (message: string) => void): GeckoSelection {
  let ids: readonly string[] | undefined;

  /** Any coin among the largest has a larger market cap than all others of its symbol, which spares the whole list. */
  async function find(api: Get, currency: string): Promise<GeckoMarkets> {
    const first = await joined(api, [marketsPath({ vs_currency: currency, per_page: PAGE, page: 1 })]);
    const rows = rowsIn(first.raws);
    const absent = coins.filter((coin) => !rows.some(({ base }) => base === coin));
    const others = absent.length === 0 ? [] : await candidatesOf(absent, api);
    const rest = others.length === 0 ? undefined : await joined(api, idsPaths(others, currency));
    const chosen = choose([...rows, ...rowsIn(rest?.raws ?? [])]);
    ids = chosen.map(({ id }) => id);
    return { raws: chosen.map(({ raw }) => raw), answer: rest?.answer ?? first.answer };
  }

  function choose(rows: readonly GeckoRow[]): readonly GeckoRow[] {
    const chosen: GeckoRow[] = [];
    const missing: string[] = [];
    for (const coin of coins) {
      const [best, ...others] = rows.filter(({ base }) => base === coin).sort((a, b) => b.cap - a.cap);
      if (best === undefined) missing.push(coin);
      else chosen.push(best);
      if (best !== undefined && others.length > 0)
        warn(
          `coingecko: ${others.length + 1} coins have the symbol ${coin}; using the one with the largest market cap, ${best.name} (${best.id})`,
        );
    }
    if (chosen.length === 0)
      throw new UserError(
        'usage',
        `CoinGecko has no coin ${missing.join(', ')}`,
        'Use the symbols of CoinGecko: --coin btc,eth.',
      );
    for (const coin of missing) warn(`coingecko: no coin has the symbol ${coin}; skipping it`);
    return chosen;
  }

  return {
    calls: Math.ceil(coins.length / PAGE),
    markets: async (api, currency) =>
      ids === undefined ? find(api, currency) : joined(api, idsPaths(ids, currency)),
  };
}

/** The coins of a run: those named, else the largest. */
export const geckoSelection = (
  { coins, top }: { readonly coins: readonly string[]; readonly top: number },
  warn: (message: string) => void,
): GeckoSelection => (coins.length > 0 ? named(coins, warn) : largest(top || DEFAULT_TOP));

/**
 * Keeps the upper-case currencies that CoinGecko quotes, in lower case. Warns of the others. Throws UserError `usage`
 * if CoinGecko quotes none of them.
 */
export async function knownCurrencies(
  converts: readonly string[],
  api: Get,
  warn: (message: string) => void,
): Promise<readonly string[]> {
  const asked = converts.map((currency) => currency.toLowerCase());
  if (asked.every((currency) => currency === 'usd')) return asked;
  const { body } = await api.get('/simple/supported_vs_currencies');
  if (!Array.isArray(body)) throw new HttpError('service', 'an answer without currencies', MINUTE);
  const absent = asked.filter((currency) => !body.includes(currency));
  if (absent.length === asked.length)
    throw new UserError(
      'usage',
      `CoinGecko has no prices in ${absent.join(', ')}`,
      'Use a currency that CoinGecko quotes: --convert USD.',
    );
  for (const currency of absent) warn(`coingecko: no prices in ${currency}; leaving it out`);
  return asked.filter((currency) => !absent.includes(currency));
}
