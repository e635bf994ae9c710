import { type HttpAnswer, type HttpClient, httpClient } from '../shared/http/client.ts';
import { readKeys } from '../shared/keys.ts';
import type { SourceContext } from '../source.ts';
import { type ApiAnswer, readAnswer } from './answer.ts';

/** Names of the key: ours, CoinMarketCap's own, and those that the lake-house project and others use. */
export const SECRETS: readonly (readonly string[])[] = [
  ['COINMARKETCAP_API_KEY'],
  ['CMC_PRO_API_KEY'],
  ['X_CMC_PRO_API_KEY'],
  ['CMC_API_KEY'],
  ['COINMARKETCAP_KEY'],
];
const KEY_HINT =
  'Set COINMARKETCAP_API_KEY, or COINMARKETCAP_API_KEY_FILE to a file that holds it; coinmarketcap.com/api gives free ones.';

/** CoinMarketCap's Pro API with a key. */
export interface Api {
  /** Throws UserError, HttpError or QuotaExhausted. */
  get(path: string): Promise<ApiAnswer & { readonly answer: HttpAnswer }>;
  close: HttpClient['close'];
}

/** Throws UserError `usage` without a key. */
export function openApi(url: string, context: SourceContext): Api {
  const key = readKeys(SECRETS, context.secret, 'CoinMarketCap', KEY_HINT)[0]!;
  const client = httpClient(url, context);
  const headers = { 'x-cmc_pro_api_key': key };
  const hush = (text: string): string => text.replaceAll(key, '***');
  return {
    async get(path) {
      const answer = await client.get(path, headers);
      return { ...readAnswer(answer, context.random, hush), answer };
    },
    close: client.close,
  };
}
