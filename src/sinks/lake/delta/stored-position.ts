import { UserError } from '../../../core/errors.ts';
import type { SinkContext } from '../../sink.ts';
import type { Table } from './table.ts';

/** The `txn`s that a partition's next commit moves, by application id, each with where it stands; undefined: nowhere yet. */
export type StoredPosition = ReadonlyMap<string, number | undefined>;

/**
 * Where a partition stands in the table at `url`. What an older cryptopipe wrote says only group, topic and partition: it
 * is taken for this topic's, and moved once more, so that whoever still writes by it is fenced. Throws Problem `usage`
 * where the group has another topic of that name in the table: its offsets say nothing of this one's records.
 */
export function readStoredPosition(
  table: Pick<Table, 'applications' | 'position'>,
  url: string,
  { group, topic, identity }: Pick<SinkContext, 'group' | 'topic' | 'identity'>,
  partition: number,
): StoredPosition {
  const ours = `${group}/${topic}/`;
  const another = [...table.applications()].find(
    (id) => id.startsWith(ours) && id.includes('@', ours.length) && !id.endsWith(`@${identity}`),
  );
  if (another !== undefined)
    throw new UserError(
      'usage',
      `${url} has ${another.slice(group.length + 1).replace(/@.*/, '')} of another topic of that name: it was made anew since, or is on another bus`,
      "Name another --group, and this topic's records are added to those that are there; or another destination.",
    );
  const older = `${ours}${partition}`;
  const own = identity === undefined ? older : `${older}@${identity}`;
  const standing = new Map([[own, table.position(own)]]);
  if (standing.get(own) === undefined && table.position(older) !== undefined)
    standing.set(older, table.position(older));
  return standing;
}

/** The next offset that the table wants; undefined before the first commit. */
export const nextOffset = (standing: StoredPosition): number | undefined =>
  [...standing.values()].find((offset) => offset !== undefined);
