import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { DAY, type Millis } from '../../../core/util/time.ts';
import type { StoredFile } from './store.ts';
import { hasWriterExited, thisWriter } from './writer-id.ts';

// Names of unfinished files. A process writes and syncs a file under such a name in the table's folder, then renames it.
// A process killed in between leaves it behind.

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const NAME = new RegExp(`^\\.cryptopipe-([0-9a-f]{12}\\.\\d+\\.\\d*)-${UUID}\\.tmp$`);
/** Names of older versions, next to the final file; they do not tell who wrote them. */
const OLD_NAME = new RegExp(`^\\..+\\.(?:parquet|jsonl\\.gz|json|_last_checkpoint)\\.${UUID}\\.tmp$`);

/** A file whose writer is unknown or on another machine counts as abandoned after this long; writing takes seconds. */
const ABANDONED_AFTER: Millis = DAY;

/** A new name, short whatever the final name. */
export const unfinishedName = (): string => `.cryptopipe-${thisWriter()}-${randomUUID()}.tmp`;

/** Whether a name is hidden from listings; other programs use such names, too. */
export const isUnfinished = (name: string): boolean => name.startsWith('.') && name.endsWith('.tmp');

/** Whether the process that was writing the file has exited. */
export function isAbandoned({ name, modified }: Pick<StoredFile, 'name' | 'modified'>, now: Millis): boolean {
  const file = basename(name);
  const writer = NAME.exec(file)?.[1];
  if (writer === undefined && !OLD_NAME.test(file)) return false;
  const exited = writer === undefined ? undefined : hasWriterExited(writer);
  return exited ?? now - modified > ABANDONED_AFTER;
}
