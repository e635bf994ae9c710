import { UserError } from '../../../core/errors.ts';
import type { SinkContext } from '../../sink.ts';
import type { DeltaTable } from './table.ts';

/** The `txn` versions that a partition's next commit updates, by application id; undefined before the first commit. */
export type StoredPosition = ReadonlyMap<string, number | undefined>;

/**
 * The position of a partition in the table at `url`. An application id of older versions names only group, topic and
 * partition; it counts as this topic's and is updated once more, so that a process still using it is fenced. Throws
 * UserError `usage` when the table has records of another topic with this name under the same group, because offsets of
 * the two cannot be compared.
 */
export function readStoredPosition(
  table: Pick<DeltaTable, 'applications' | 'position'>,
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
      `${url} has ${another.slice(group.length + 1).replace(/@.*/, '')} of another topic with that name: the topic was recreated since, or is on another bus`,
      'Choose another --group to add the records of this topic to the table, or choose another destination.',
    );
  const older = `${ours}${partition}`;
  const own = identity === undefined ? older : `${older}@${identity}`;
  const position = new Map([[own, table.position(own)]]);
  if (position.get(own) === undefined && table.position(older) !== undefined)
    position.set(older, table.position(older));
  return position;
}

/** The next offset to write; undefined before the first commit. */
export const nextOffset = (position: StoredPosition): number | undefined =>
  [...position.values()].find((offset) => offset !== undefined);
