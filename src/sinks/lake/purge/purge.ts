import { UserError } from '../../../core/errors.ts';
import type { PurgeContext, Selection } from '../../sink.ts';
import { hiveValues } from '../buffer/hive.ts';
import { LOG_FOLDER } from '../delta/actions.ts';
import { unreadable } from '../delta/chronicle.ts';
import { requireNoLog } from '../delta/plain-table.ts';
import { whyOnlyGrows } from '../delta/protocol.ts';
import { readSnapshot } from '../delta/snapshot.ts';
import type { Layout } from '../layout.ts';
import { purgeLeftovers } from '../store/leftovers.ts';
import type { Store } from '../store/store.ts';
import { type DeletedRows, deleteRows } from './delete-rows.ts';
import { isYoung, notYetInTable, purgeFolders } from './purge-folders.ts';
import { lookInto } from './rewrite.ts';
import { type RowMatcher, rowMatcher } from './row-matcher.ts';

type Purged = Readonly<Record<'rows' | 'files', number>>;
type Context = Pick<PurgeContext, 'clock' | 'info' | 'warn' | 'dryRun'>;

/**
 * Removes posts from a lake for good: from the table and from all other files of it in the store, such as those that older
 * versions had. Throws Problem `usage` where there is no lake, `damaged` for a table that may only grow, and for files that
 * keep posts: all others are done by then.
 */
export async function purgeLake(
  store: Store,
  table: Layout['table'],
  selection: Selection,
  context: Context,
): Promise<Purged> {
  const seeker = rowMatcher(selection);
  await purgeLeftovers(store, context);
  if (table === 'plain') {
    await requireNoLog(store);
    return finished(await purgeFolders(store, seeker, context), context);
  }
  const snapshot = await readSnapshot(store);
  if (snapshot.version < 0)
    throw new UserError(
      'usage',
      `there is no Delta table at ${store.url}`,
      'Check where the lake is. Where a sink has yet to make its first commit, purge again after it; for a lake without a Delta log, add --table plain.',
    );
  const why = whyOnlyGrows(snapshot);
  if (why !== undefined) throw unreadable(store, `cannot be purged: ${why}`);
  const known = new Map<string, boolean>();
  const taken = await deleteRows(snapshot, seeker, {
    ...context,
    met: (path, isActive) => known.set(path, isActive),
  });
  return finished(await sweep(store, seeker, known, taken, context), context);
}

/** Looks into the files that are no part of the table now. */
async function sweep(
  store: Store,
  seeker: RowMatcher,
  known: ReadonlyMap<string, boolean>,
  taken: DeletedRows,
  { clock, info, warn, dryRun }: Context,
): Promise<DeletedRows> {
  let { rows } = taken;
  const paths = [...taken.paths];
  const done = new Set([...paths, ...taken.stuck.map(({ path }) => path)]);
  for await (const { name, modified } of store.walk()) {
    if (known.get(name) || !name.endsWith('.parquet') || name.startsWith(`${LOG_FOLDER}/`)) continue;
    if (done.has(name)) continue;
    const bytes = await store.get(name);
    const found =
      bytes && (await lookInto(store, name, bytes, hiveValues(name), seeker).catch(unknownTo(warn)));
    if (!found) continue;
    if (!known.has(name) && isYoung(modified, clock)) {
      warn(notYetInTable(store, name));
      continue;
    }
    rows += found.rows;
    paths.push(name);
    if (dryRun) continue;
    await store.remove(name);
    info(`deleted ${store.url}/${name}: no part of the table any more, and it held posts that are to go`);
  }
  return { rows, paths, stuck: taken.stuck };
}

/** A file that nobody's log names, and nobody can read: it is said, and that is all. */
const unknownTo =
  (warn: (message: string) => void) =>
  (error: unknown): undefined => {
    if (!(error instanceof UserError) || error.code !== 'damaged') throw error;
    warn(`${error.message}; the table does not have it`);
  };

/** What was done, unless a file keeps posts: that is no success. */
function finished({ rows, paths, stuck }: DeletedRows, { dryRun }: Context): Purged {
  const files = paths.length;
  const [first] = stuck;
  if (first === undefined) return { rows, files };
  const { problem } = first;
  const others = stuck.slice(1).map(({ path }) => path);
  const rest = others.length === 0 ? '' : `; nor can ${others.join(', ')}`;
  const done = `${rows} rows of ${files} other files ${dryRun ? 'would go' : 'are gone'}`;
  throw new UserError(
    problem.code,
    `not all posts are gone: ${problem.message}${rest} (${done})`,
    problem.hint,
    problem.retry,
    { cause: problem },
  );
}
