import { type Dataset, isOfPosts } from '../../../market/catalog/datasets.ts';
import type { PartitionWriter } from '../buffer/partition-writer.ts';
import type { DeltaTable } from '../delta/table.ts';

/**
 * Queues deleted posts: buffered rows are left out of their files, and stored rows are removed at the next flush.
 * Tombstones of other datasets are ignored. Warns once when the table does not allow deletes.
 */
export function tombstoneHandler(
  dataset: Dataset,
  table: Pick<DeltaTable, 'appendOnlyReason'>,
  url: string,
  warn: (message: string) => void,
): (writer: PartitionWriter, id: string | null, offset: number) => void {
  const deletes = isOfPosts(dataset);
  let hasWarned = false;
  return ({ pendingDeletes, files }, id, offset) => {
    if (!deletes || id === null) return;
    pendingDeletes.add(id, offset, files.length);
    const reason = table.appendOnlyReason();
    if (hasWarned || reason === undefined) return;
    hasWarned = true;
    warn(`posts deleted on X stay in files already at ${url}: ${reason}`);
  };
}
