import { UserError } from '../../../../core/errors.ts';
import type { TableStore } from '../store.ts';
import { s3Error } from './problems.ts';

const PROBE = '_cryptopipe/conditional-writes';
const TEXT = 'Kept by cryptopipe: it tries here at its start whether the store refuses to replace a file.\n';

/** Probes of this process by store URL, since all its topics use the same store. */
const probes = new Map<string, Promise<void>>();

/** A conditional put. If the store refuses it, an unconditional put shows which part of the request it does not support. */
async function putIfAbsent(store: TableStore, text: readonly Uint8Array[]): Promise<boolean> {
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

async function attempt(store: TableStore): Promise<void> {
  const text = [Buffer.from(TEXT)];
  // The file stays, so that at the next start the first put is refused already.
  if (!(await putIfAbsent(store, text)) || !(await putIfAbsent(store, text))) return;
  throw new UserError(
    'usage',
    `${store.url} ignores If-None-Match and replaces files: without conditional writes a Delta table could lose rows`,
    'Use a store with conditional writes, or --table plain, which writes Parquet without a Delta log, at least once.',
  );
}

/** Checks once per process that a store prevents two writers from writing the same file. Throws UserError `usage` if not. */
export function requireConditionalWrites(store: TableStore): Promise<void> {
  const known = probes.get(store.url);
  if (known) return known;
  const probe = attempt(store);
  probes.set(store.url, probe);
  probe.catch(() => probes.delete(store.url));
  return probe;
}
