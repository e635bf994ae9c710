import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { DAY, type Millis } from '../../../core/util/time.ts';
import type { StoredFile } from './store.ts';
import { hasExited, thisWriter } from './writer-id.ts';

// Names of files that are not yet whole. A process writes and syncs a file under such a name right in the table's folder,
// then gives it its own name. One that is killed in between leaves it there.

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const NAME = new RegExp(`^\\.cryptopipe-([0-9a-f]{12}\\.\\d+\\.\\d*)-${UUID}\\.tmp$`);
/** How older versions named them, beside the file that they were to become; nothing tells who wrote them. */
const OLD_NAME = new RegExp(`^\\..+\\.(?:parquet|jsonl\\.gz|json|_last_checkpoint)\\.${UUID}\\.tmp$`);

/** A file whose writer is unknown, or on another machine, counts as left behind after this long: writing takes seconds. */
const LEFT_AFTER: Millis = DAY;

/** A new name; short, whatever the file is to be called. */
export const unfinishedName = (): string => `.cryptopipe-${thisWriter()}-${randomUUID()}.tmp`;

/** Whether a name is hidden from whoever lists files; other programs name theirs so as well. */
export const isUnfinished = (name: string): boolean => name.startsWith('.') && name.endsWith('.tmp');

/** Whether the process that wrote an unfinished file is gone, so that nobody will finish it. */
export function isAbandoned({ name, modified }: Pick<StoredFile, 'name' | 'modified'>, now: Millis): boolean {
  const file = basename(name);
  const writer = NAME.exec(file)?.[1];
  if (writer === undefined && !OLD_NAME.test(file)) return false;
  const gone = writer === undefined ? undefined : hasExited(writer);
  return gone ?? now - modified > LEFT_AFTER;
}
