import type { Column } from '../../market/datasets.ts';
import type { SinkContext } from '../sink.ts';
import type { Add } from './delta.ts';
import { purgeTable } from './purge.ts';
import { lookInto, rewrite, seekerOf } from './rewrite.ts';
import type { Share } from './share.ts';
import type { Store } from './store.ts';

/**
 * Removes the posts that were deleted since the last flush: from files that are stored but not yet seen, and from the
 * table, in a commit of its own. To be done before the position moves past their tombstones: a process killed in between
 * reads these again. Answers how many rows were removed. Throws Problem.
 */
export async function bury(
  store: Store,
  shares: readonly Share[],
  columns: readonly Column[],
  context: Pick<SinkContext, 'clock' | 'warn'>,
): Promise<number> {
  const gone = shares.filter(({ graves }) => graves.ids.size > 0);
  if (gone.length === 0) return 0;
  const byName = new Map(columns.map((column) => [column.name, column]));
  let rows = 0;
  for (const share of gone) {
    const seeker = seekerOf({ ids: share.graves.ids, authors: new Set() });
    const files: Add[] = [];
    for (const [at, add] of share.files.entries()) {
      const found = at < share.graves.earlyFiles ? await lookInto(store, add, seeker) : undefined;
      const left =
        found === undefined ? add : await rewrite(store, found, seeker, byName, add.modificationTime);
      if (left !== undefined) files.push(left);
      if (found === undefined) continue;
      rows += found.rows;
      share.discarded.push(add);
    }
    share.files = files;
    share.graves.earlyFiles = 0;
  }
  const ids = new Set(gone.flatMap(({ graves }) => [...graves.ids]));
  const purged = await purgeTable(store, { ids, authors: new Set() }, { ...context, dryRun: false });
  return rows + purged.rows;
}
