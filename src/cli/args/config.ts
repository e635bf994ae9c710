import { formatOneLine } from '../../core/errors.ts';
import type { Complaint } from './command.ts';
import { readTextFile } from './read-text.ts';
import { configKey } from './resolve-settings.ts';
import { didYouMean } from './suggest.ts';

export interface Config {
  readonly values: Readonly<Record<string, unknown>>;
  readonly complaints: readonly Complaint[];
}

/** Parses a config file: a JSON object with flag names as keys, of any command. `flags`: those of all commands. */
export function parseConfig(file: string, text: string, flags: Iterable<string>): Config {
  const broken = (what: string): Config => ({ values: {}, complaints: [{ about: '--config', text: what }] });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return broken(`${file}: not JSON: ${(error as Error).message}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return broken(`${file}: not a JSON object; write {"window": "10m"}`);
  const known = new Set([...flags].map(configKey));
  known.delete('config');
  const complaints = Object.keys(parsed)
    .filter((key) => !known.has(key))
    .map((key) => ({ about: `key ${key}`, text: `${file}: unknown key '${key}'${didYouMean(key, known)}` }));
  return { values: parsed as Record<string, unknown>, complaints };
}

/** Reads a config file from disk. A file that cannot be read becomes a complaint. */
export function readConfig(file: string, flags: Iterable<string>): Config {
  try {
    return parseConfig(file, readTextFile('--config', file), flags);
  } catch (error) {
    return { values: {}, complaints: [{ about: '--config', text: formatOneLine(error) }] };
  }
}
