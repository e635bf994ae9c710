import { UserError } from '../../../../core/errors.ts';
import type { Store } from '../store.ts';
import { s3Error } from './problems.ts';

const PROBE = '_cryptopipe/conditional-writes';
const TEXT = 'Kept by cryptopipe: it tries here at its start whether the store refuses to replace a file.\n';

/** Stores that were tried in this process, by URL: each of its topics would try the same one again. */
const tried = new Map<string, Promise<void>>();

/** A put that only works where nothing is; when the store refuses it, one without the condition tells which part it refuses. */
async function putIfAbsent(store: Store, text: readonly Uint8Array[]): Promise<boolean> {
  try {
    return await store.putIfAbsent(PROBE, text);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'usage') throw error;
    await store.put(PROBE, text);
    throw s3Error(error.cause, `${store.url}/${PROBE}`, {
      kind: 'write',
      checksums: false,
      conditional: true,
    });
  }
}

async function attempt(store: Store): Promise<void> {
  const text = [Buffer.from(TEXT)];
  // The file stays: at the next start the first put is refused.
  if (!(await putIfAbsent(store, text)) || !(await putIfAbsent(store, text))) return;
  throw new UserError(
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
