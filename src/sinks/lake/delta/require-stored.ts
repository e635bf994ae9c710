import { UserError } from '../../../core/errors.ts';
import { inParallel } from '../../in-parallel.ts';
import type { Store } from '../store/store.ts';
import { type Add, keyOf } from './actions.ts';

/** Files that are looked for at once. */
const AT_ONCE = 16;

/**
 * Throws Problem `fenced` when one of these files, stored and not yet committed, is gone or another one: a vacuum of another
 * engine takes it for a leftover. Its rows are still in the topic, and are read again from the table's position.
 */
export const requireStored = (store: Store, files: readonly Add[]): Promise<void> =>
  inParallel(files, AT_ONCE, async ({ path, size }) => {
    const key = keyOf(path);
    if ((await store.size(key)) !== size) throw fileLost(store, key);
  });

/** A file was deleted between its put and its commit. */
export const fileLost = (store: Store, key: string): UserError =>
  new UserError(
    'fenced',
    `${store.url}/${key} is gone before it was committed: another program deleted it`,
    'Nothing is lost: its records are read again. Let vacuums keep files for longer than --every.',
  );
