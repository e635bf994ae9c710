import { parseEnv } from 'node:util';
import { formatOneLine, UserError } from '../../core/errors.ts';
import type { Io } from '../process/io.ts';
import type { Complaint } from './command.ts';
import { readTextFile } from './read-text.ts';

type Variables = Readonly<Record<string, string>>;

/** Names in the keys.json that many examples of X's API use, and the variables they stand for. */
const KEYS: Variables = {
  bearer_token: 'X_BEARER_TOKEN',
  consumer_key: 'X_CONSUMER_KEY',
  consumer_secret: 'X_CONSUMER_SECRET',
  coinmarketcap_api_key: 'COINMARKETCAP_API_KEY',
};

/** Never quotes the file's contents: it is full of secrets. */
function keysOf(flag: string, path: string): Variables {
  let keys: unknown;
  try {
    keys = JSON.parse(readTextFile(flag, path));
  } catch (error) {
    if (error instanceof UserError) throw error;
  }
  const found = Object.entries(KEYS).flatMap(([name, variable]) => {
    const value = (keys as Record<string, unknown> | null | undefined)?.[name];
    return typeof value === 'string' && value !== '' ? [[variable, value]] : [];
  });
  if (found.length > 0) return Object.fromEntries(found);
  throw new UserError(
    'usage',
    `${flag} ${path} has none of the known keys`,
    `Write a JSON object with string values under these names: ${Object.keys(KEYS).join(', ')}.`,
  );
}

const variablesOf = (flag: string, path: string): Variables =>
  parseEnv(readTextFile(flag, path)) as Record<string, string>;

/** In ascending order of precedence. */
const FILES = [
  ['--keys-file', keysOf],
  ['--env-file', variablesOf],
  ['--env-from', variablesOf],
] as const;

/**
 * The environment plus the variables that files add; variables already set to a non-empty value win. `named` returns the
 * file that a flag names.
 */
export function addEnvFiles(env: Io['env'], named: (flag: string) => string | undefined) {
  const complaints: Complaint[] = [];
  const added: Record<string, string | undefined> = {};
  for (const [flag, read] of FILES) {
    const path = named(flag);
    if (!path) continue;
    try {
      Object.assign(added, read(flag, path));
    } catch (error) {
      complaints.push({ about: flag, text: formatOneLine(error) });
    }
  }
  for (const [name, value] of Object.entries(env)) if (value || !added[name]) added[name] = value;
  return { env: added, complaints };
}
