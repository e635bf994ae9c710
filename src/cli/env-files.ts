import { parseEnv } from 'node:util';
import { Problem } from '../core/problem.ts';
import type { Io } from './io.ts';
import { readText } from './read-text.ts';

/** Names in the keys.json of the first project (shared by many examples of X's API) and of its like. */
const KEYS: Readonly<Record<string, string>> = {
  bearer_token: 'X_BEARER_TOKEN',
  consumer_key: 'X_CONSUMER_KEY',
  consumer_secret: 'X_CONSUMER_SECRET',
  coinmarketcap_api_key: 'COINMARKETCAP_API_KEY',
};

/** What it holds is never repeated: it is full of secrets. */
function keysOf(path: string): Record<string, string> {
  let keys: unknown;
  try {
    keys = JSON.parse(readText('--keys-file', path));
  } catch (error) {
    if (error instanceof Problem) throw error;
  }
  const found = Object.entries(KEYS).flatMap(([name, variable]) => {
    const value = (keys as Record<string, unknown> | null | undefined)?.[name];
    return typeof value === 'string' && value !== '' ? [[variable, value]] : [];
  });
  if (found.length > 0) return Object.fromEntries(found);
  throw new Problem(
    'usage',
    `--keys-file ${path} has none of the keys known here`,
    `Write a JSON object with texts by name: ${Object.keys(KEYS).join(', ')}.`,
  );
}

/** The environment with what files add to it: what is set already counts first, then `--env-file`, then `--keys-file`. */
export function withFiles(
  env: Io['env'],
  { envFile, keysFile }: { readonly envFile: string | undefined; readonly keysFile: string | undefined },
): Io['env'] {
  return {
    ...(keysFile === undefined ? {} : keysOf(keysFile)),
    ...(envFile === undefined ? {} : parseEnv(readText('--env-file', envFile))),
    ...env,
  };
}
