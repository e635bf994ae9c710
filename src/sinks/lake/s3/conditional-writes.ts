import { Problem } from '../../../core/problem.ts';
import type { Store } from '../store.ts';

const PROBE = '_cryptopipe/conditional-writes';
const TEXT = 'Kept by cryptopipe: it tries here at its start whether the store refuses to replace a file.\n';

/** Stores that were tried in this process, by URL: each of its topics would try the same one again. */
const tried = new Map<string, Promise<void>>();

async function attempt(store: Store): Promise<void> {
  const text = [Buffer.from(TEXT)];
  // The file stays: at the next start the first put is refused.
  if (!(await store.putIfAbsent(PROBE, text)) || !(await store.putIfAbsent(PROBE, text))) return;
  throw new Problem(
    'usage',
    `${store.url} replaces a file though it was told not to: without conditional writes (If-None-Match) a Delta table could lose rows`,
    'Use a store that has them, or --table plain, which writes Parquet without a Delta log, at least once.',
  );
}

/** Tries, once a process, whether a store keeps two writers from writing the same file. Throws Problem `usage` if not. */
export function requireConditionalWrites(store: Store): Promise<void> {
  const known = tried.get(store.url);
  if (known) return known;
  const trying = attempt(store);
  tried.set(store.url, trying);
  trying.catch(() => tried.delete(store.url));
  return trying;
}
