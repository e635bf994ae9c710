import { UserError } from '../../core/errors.ts';
import { InvalidRecord } from '../../core/stream/record.ts';
import { COINS } from '../../market/text/coin-list.ts';
import type { Api } from './api.ts';
import { isBetter, type ListingRow, readRow, rowsOf } from './rows.ts';

/** Rows per credit, in a listing and in quotes; each further currency costs one more credit. */
const LISTED_A_CREDIT = 200;
const QUOTED_A_CREDIT = 100;

/** Number of coins by rank when none are requested. */
const DEFAULT_TOP = 10;

export interface Choice {
  /** Number of coins by rank; 0: not set. */
  readonly top: number;
  /** Lower-case symbols. */
  readonly coins: readonly string[];
  /** Upper-case currencies. */
  readonly converts: readonly string[];
}

/** The coins to request. */
export interface CoinSelection {
  /** The cost of a poll, in credits. */
  readonly cost: number;
  /** The request path of a poll. The first call looks up symbols that are not in the coin list. */
  path(api: Pick<Api, 'get'>): Promise<string>;
}

const ID_OF: ReadonlyMap<string, number> = new Map(
  COINS.flatMap(({ symbol, cmcId }) => (cmcId === undefined ? [] : [[symbol, cmcId] as const])),
);

const query = (fields: Readonly<Record<string, string | number>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`)
    .join('&');

/** The best row and the number of rows by lower-case symbol; ignores invalid rows. */
function bestOf(data: unknown): ReadonlyMap<string, { readonly row: ListingRow; readonly count: number }> {
  const best = new Map<string, { row: ListingRow; count: number }>();
  for (const row of rowsOf(data).flatMap(validRow)) {
    const symbol = row.symbol.toLowerCase();
    const other = best.get(symbol);
    const isFirst = other === undefined || isBetter(row, other.row);
    best.set(symbol, { row: isFirst ? row : other.row, count: (other?.count ?? 0) + 1 });
  }
  return best;
}

function validRow(raw: unknown): ListingRow[] {
  try {
    return [readRow(raw)];
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    return [];
  }
}

/** Listings by rank, or quotes by id. `say` receives a message for each unknown or ambiguous symbol. */
export function selectionOf({ top, coins, converts }: Choice, say: (message: string) => void): CoinSelection {
  const convert = { convert: converts.join(','), aux: 'cmc_rank' };
  const more = converts.length - 1;
  if (coins.length === 0) {
    const limit = top || DEFAULT_TOP;
    const path = `/v1/cryptocurrency/listings/latest?${query({ start: 1, limit, ...convert })}`;
    return { cost: Math.ceil(limit / LISTED_A_CREDIT) + more, path: async () => path };
  }
  let ids: readonly number[] | undefined;

  async function findIds(symbols: readonly string[], api: Pick<Api, 'get'>): Promise<number[]> {
    const symbol = symbols.join(',').toUpperCase();
    const { data } = await api.get(`/v2/cryptocurrency/quotes/latest?${query({ symbol, ...convert })}`);
    const best = bestOf(data);
    return symbols.flatMap((symbol) => {
      const found = best.get(symbol);
      if (found === undefined) say(`coinmarketcap: no coin has the symbol ${symbol}; skipping it`);
      else if (found.count > 1) {
        const { name, id, rank } = found.row;
        say(
          `coinmarketcap: ${found.count} coins have the symbol ${symbol}; using the best ranked, ${name} (id ${id}, rank ${rank ?? 'unknown'})`,
        );
      }
      return found === undefined ? [] : [found.row.id];
    });
  }

  return {
    cost: Math.ceil(coins.length / QUOTED_A_CREDIT) + more,
    async path(api) {
      if (ids === undefined) {
        const unknown = coins.filter((coin) => !ID_OF.has(coin));
        const found = unknown.length === 0 ? [] : await findIds(unknown, api);
        ids = [...coins.flatMap((coin) => ID_OF.get(coin) ?? []), ...found];
      }
      if (ids.length === 0)
        throw new UserError(
          'usage',
          `CoinMarketCap has no coin ${coins.join(', ')}`,
          'Use the symbols of CoinMarketCap: --coin btc,eth.',
        );
      return `/v2/cryptocurrency/quotes/latest?${query({ id: ids.join(','), ...convert })}`;
    },
  };
}
