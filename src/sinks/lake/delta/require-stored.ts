import { UserError } from '../../../core/errors.ts';
import { inParallel } from '../../in-parallel.ts';
import type { TableStore } from '../store/store.ts';
import { type Add, keyOf } from './actions.ts';

/** Concurrent requests. */
const PARALLEL = 16;

/**
 * Throws UserError `fenced` when one of these uncommitted files is missing or was replaced: another engine's vacuum may
 * have taken it for a leftover. Its rows are still in the topic and are read again from the table's position.
 */
export const requireStored = (store: TableStore, files: readonly Add[]): Promise<void> =>
  inParallel(files, PARALLEL, async ({ path, size }) => {
    const key = keyOf(path);
    if ((await store.size(key)) !== size) throw fileLost(store, key);
  });

/** A file was deleted between its put and its commit. */
export const fileLost = (store: TableStore, key: string): UserError =>
  new UserError(
    'fenced',
    `another program deleted ${store.url}/${key} before it was committed`,
    'Nothing is lost: its records are read again. Let vacuums keep files longer than --every.',
  );
