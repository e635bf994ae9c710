import { type HttpAnswer, type HttpClient, httpClient } from '../http/client.ts';
import type { SourceContext } from '../source.ts';
import { type Given, readAnswer } from './errors.ts';
import { readKey } from './key.ts';

/** CoinMarketCap's Pro API with a key. */
export interface Api {
  /** Throws Problem, Trouble or Spent. */
  get(path: string): Promise<Given & { readonly answer: HttpAnswer }>;
  close: HttpClient['close'];
}

/** Throws Problem `usage` without a key. */
export function openApi(url: string, context: SourceContext): Api {
  const key = readKey(context.secret);
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
