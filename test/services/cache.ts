import { homedir } from 'node:os';
import { join } from 'node:path';

/** What takes minutes to make, and is the same for every run of one version: builds of servers, Python environments. */
export const cache = (...parts: readonly string[]): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cryptopipe', ...parts);
