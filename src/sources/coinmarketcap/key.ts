import { Problem } from '../../core/problem.ts';
import type { SourceContext } from '../source.ts';

/** Names of the key: ours, CoinMarketCap's own, and those of the lake-house project and others. */
export const KEY_NAMES = [
  'COINMARKETCAP_API_KEY',
  'CMC_PRO_API_KEY',
  'X_CMC_PRO_API_KEY',
  'CMC_API_KEY',
  'COINMARKETCAP_KEY',
] as const;

/** The key by the first of its names that is set. Throws Problem `usage`. */
export function readKey(secret: SourceContext['secret']): string {
  const name = KEY_NAMES.find((each) => (secret(each) ?? '').trim() !== '');
  if (name === undefined)
    throw new Problem(
      'usage',
      'coinmarketcap needs a key',
      'Set COINMARKETCAP_API_KEY, or COINMARKETCAP_API_KEY_FILE to a file that holds it; coinmarketcap.com/api gives free ones.',
    );
  const key = secret(name)!.trim();
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new Problem(
    'usage',
    `${name} holds characters that no key has`,
    'Copy the key again from pro.coinmarketcap.com/account.',
  );
}
