import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { UserError } from '../../../core/errors.ts';
import type { Clock } from '../../../core/util/clock.ts';
import { DAY, type Millis } from '../../../core/util/time.ts';
import type { PurgeContext } from '../../sink.ts';
import { isPlainName } from '../buffer/file-writer.ts';
import { hiveValues } from '../buffer/hive.ts';
import type { StoredFile, TableStore } from '../store/store.ts';
import { type BlockedDelete, type DeletedRows, orBlocked } from './delete-rows.ts';
import { encodeRemaining, findRows, orInvalidFile } from './rewrite.ts';
import type { RowMatcher } from './row-matcher.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** The effect of deleting posts from one file. */
interface RowRemoval {
  /** Rows deleted. */
  readonly rows: number;
  /** The remaining content; undefined when no row remains. */
  readonly remaining: () => Promise<readonly Uint8Array[] | undefined>;
}

type RowRemover = (
  store: TableStore,
  path: string,
  bytes: Buffer,
  matcher: RowMatcher,
) => Promise<RowRemoval | undefined>;

const removeFromParquet: RowRemover = async (store, path, bytes, matcher) => {
  const match = await findRows(store, path, bytes, hiveValues(path), matcher);
  if (match === undefined) return undefined;
  const remaining = async () =>
    match.kept === 0 ? undefined : (await encodeRemaining(store, match, [])).chunks;
  return { rows: match.rows, remaining };
};

/** Keeps the remaining lines byte for byte. */
const removeFromLines: RowRemover = (store, path, bytes, matcher) =>
  orInvalidFile(store, path, async () => {
    const lines = (await decompress(bytes)).toString().split('\n');
    const folder = hiveValues(path);
    const kept = lines.filter((line) => {
      if (line === '') return true;
      const row = Object.entries({ ...folder, ...(JSON.parse(line) as Record<string, unknown>) });
      return !row.some(([name, value]) => value !== null && matcher.columnMatcher(name)?.(String(value)));
    });
    const rows = lines.length - kept.length;
    if (rows === 0) return undefined;
    const isEmpty = kept.every((line) => line === '');
    return { rows, remaining: async () => (isEmpty ? undefined : [await compress(kept.join('\n'))]) };
  });

const REMOVERS: Readonly<Record<string, RowRemover>> = {
  '.parquet': removeFromParquet,
  '.jsonl.gz': removeFromLines,
};

/** A file this young that no log entry names may still be committed; Delta's VACUUM has the same limit. */
const MAY_BE_COMMITTED_MS = 7 * DAY;

export const mayBeCommitted = (modified: Millis, clock: Clock): boolean =>
  clock.now() - modified < MAY_BE_COMMITTED_MS;

export const notYetInTable = ({ url }: TableStore, path: string): string =>
  `${url}/${path} contains posts to delete but is not in the table yet; a running sink may commit it: purge again after its next commit`;

/**
 * Deletes posts from a plain table: replaces each file that contains some under the same name, or deletes it when no row
 * remains. Leaves files that a Delta sink may still commit, with a warning. Throws UserError `usage` when there are no
 * files.
 */
export async function purgeFolders(
  store: TableStore,
  matcher: RowMatcher,
  { clock, warn, dryRun }: Pick<PurgeContext, 'clock' | 'warn' | 'dryRun'>,
): Promise<DeletedRows> {
  const files: StoredFile[] = [];
  for await (const file of store.walk()) files.push(file);
  if (files.length === 0)
    throw new UserError('usage', `there is no lake at ${store.url}`, 'Check the path or URL.');
  let rows = 0;
  const paths: string[] = [];
  const blocked: BlockedDelete[] = [];
  for (const { name: path, modified } of files) {
    const removeFrom = Object.entries(REMOVERS).find(([extension]) => path.endsWith(extension))?.[1];
    const bytes = removeFrom && (await store.get(path));
    if (!removeFrom || bytes === undefined) continue;
    await orBlocked(blocked, { path, ids: [] }, async () => {
      const removal = await removeFrom(store, path, bytes, matcher);
      if (removal === undefined) return;
      if (!isPlainName(path) && mayBeCommitted(modified, clock)) return warn(notYetInTable(store, path));
      if (!dryRun) {
        const remaining = await removal.remaining();
        await (remaining === undefined ? store.remove(path) : store.put(path, remaining));
      }
      rows += removal.rows;
      paths.push(path);
    });
  }
  return { rows, paths, blocked };
}
