import { homedir } from 'node:os';
import { join } from 'node:path';

/** A path in the cache of builds that take minutes and are the same for every run of a version: servers, Python environments. */
export const cache = (...parts: readonly string[]): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cryptopipe', ...parts);
