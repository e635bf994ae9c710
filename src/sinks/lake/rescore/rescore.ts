import { randomUUID } from 'node:crypto';
import { UserError } from '../../../core/errors.ts';
import { counted } from '../../../core/text/numbers.ts';
import { DATASETS, type Dataset } from '../../../market/catalog/datasets.ts';
import type { RescoreContext, TextScorer } from '../../sink.ts';
import { type Add, addOf, keyOf } from '../delta/actions.ts';
import { activeFiles, filesAt } from '../delta/files-at.ts';
import { damagedTable } from '../delta/log-segment.ts';
import { appendOnlyReason } from '../delta/protocol.ts';
import { readSnapshot, type Snapshot } from '../delta/snapshot.ts';
import { commitReplacements, fileColumns, type Replacement } from '../purge/replace-files.ts';
import { sizeOf, type TableStore } from '../store/store.ts';
import { rescoreFile } from './rescored-file.ts';

type Counts = Readonly<Record<'rows' | 'files', number>>;

const TABLES: readonly string[] = Object.values<Dataset>(DATASETS)
  .filter(({ columns }) => columns.some(({ name }) => name === 'sentiment_model'))
  .map(({ name }) => name);

/**
 * Writes a model's scores into all tables of posts: each table in one commit that replaces the files with other scores by
 * new ones and then deletes them. Texts and all other values stay as they were stored. Throws UserError `usage` when the
 * lake has no Delta table of posts, and `damaged` for a table that cannot be rewritten; no file of it is replaced then.
 */
export async function rescoreLake(
  storeOf: (table: string) => TableStore,
  model: TextScorer,
  context: RescoreContext,
): Promise<Counts> {
  const sums = { rows: 0, files: 0 };
  let tables = 0;
  for (const name of TABLES) {
    const snapshot = await readSnapshot(storeOf(name));
    if (snapshot.version < 0) continue;
    tables++;
    const done = await rescoreTable(snapshot, model, context);
    context.info(`${name}: ${counted(done.rows, 'row')} in ${counted(done.files, 'file')}`);
    sums.rows += done.rows;
    sums.files += done.files;
  }
  if (tables > 0) return sums;
  throw new UserError(
    'usage',
    `there is no Delta table of posts at ${storeOf(TABLES[0]!).url.replace(/\/[^/]*$/, '')}`,
    'Name the lake with --dir or --url. A lake without a Delta log (--table plain) cannot be rescored.',
  );
}

async function rescoreTable(snapshot: Snapshot, model: TextScorer, context: RescoreContext): Promise<Counts> {
  const { store } = snapshot;
  const { clock, warn, dryRun } = context;
  const reason = appendOnlyReason(snapshot) ?? folderReason(snapshot);
  if (reason !== undefined) throw damagedTable(store, `cannot be rescored: ${reason}`);
  for (; ; await snapshot.update()) {
    const now = clock.now();
    const replacements: Replacement[] = [];
    const withdraw = async (): Promise<void> => {
      for (const { to } of replacements) if (to) await store.remove(keyOf(to.path));
    };
    let rows = 0;
    let isStale = false;
    try {
      for await (const add of activeAdds(snapshot)) {
        const path = keyOf(add.path);
        const bytes = await store.get(path);
        if (bytes === undefined) {
          if ((await activeFiles(store)).has(path))
            throw damagedTable(store, `lacks a file that its log names: ${path}`);
          isStale = true;
          break;
        }
        const done = await rescored(snapshot, path, bytes, model);
        if (done === undefined) continue;
        rows += done.changed;
        const to = dryRun ? undefined : await stored(snapshot, path, add, done, now);
        replacements.push({ from: { path, add }, to });
      }
    } catch (error) {
      await withdraw();
      throw error;
    }
    if (isStale) {
      await withdraw();
      continue;
    }
    const counts = { rows, files: replacements.length };
    if (dryRun || replacements.length === 0) return counts;
    if (!(await commitReplacements(snapshot, 'UPDATE', replacements, now, warn))) continue;
    for (const { from } of replacements)
      await store.remove(from.path).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        warn(`cannot remove a file that is no longer in the table: ${error.message}`);
      });
    return counts;
  }
}

/** Why a table has the values to rewrite outside its files. */
function folderReason({ metaData }: Snapshot): string | undefined {
  const folder = metaData?.partitionColumns.find((name) => name === 'text' || name.startsWith('sentiment_'));
  return folder && `its folders are named by ${folder}`;
}

async function* activeAdds({ store, version }: Snapshot): AsyncIterable<Add> {
  for await (const actions of filesAt(store, version)) for (const { add } of actions) if (add) yield add;
}

type Rescored = NonNullable<Awaited<ReturnType<typeof rescoreFile>>>;

async function rescored(
  snapshot: Snapshot,
  path: string,
  bytes: Uint8Array,
  model: TextScorer,
): Promise<Rescored | undefined> {
  try {
    return await rescoreFile(bytes, model, fileColumns(snapshot));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(
      'damaged',
      `${snapshot.store.url}/${path} cannot be rescored: ${cause instanceof Error ? cause.message : cause}`,
      'Rewrite it with the engine that wrote it; then rescore again. No file was replaced.',
      false,
      { cause },
    );
  }
}

/** Stores a file beside the old one. */
async function stored(
  snapshot: Snapshot,
  old: string,
  add: Add,
  done: Rescored,
  modified: number,
): Promise<Add> {
  const { chunks, stats, rows } = done;
  const path = [...old.split('/').slice(0, -1), `rescored-${randomUUID()}.parquet`].join('/');
  await snapshot.store.put(path, chunks);
  return addOf({
    path,
    folder: add.partitionValues,
    size: sizeOf(chunks),
    modified,
    rows,
    columns: fileColumns(snapshot),
    stats,
  });
}
