import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { UserError } from '../../../core/errors.ts';
import type { Clock } from '../../../core/util/clock.ts';
import { DAY, type Millis } from '../../../core/util/time.ts';
import type { PurgeContext } from '../../sink.ts';
import { isPlainName } from '../buffer/file-writer.ts';
import { hiveValues } from '../buffer/hive.ts';
import type { Store, StoredFile } from '../store/store.ts';
import { type BlockedDelete, type DeletedRows, orStuck } from './delete-rows.ts';
import { keep, lookInto, readable } from './rewrite.ts';
import type { RowMatcher } from './row-matcher.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** A file without the posts. */
interface Cut {
  /** How many rows went. */
  readonly rows: number;
  /** What stays of it; undefined when no row does. */
  readonly rest: () => Promise<readonly Uint8Array[] | undefined>;
}

type Cutter = (store: Store, path: string, bytes: Buffer, seeker: RowMatcher) => Promise<Cut | undefined>;

const cutParquet: Cutter = async (store, path, bytes, seeker) => {
  const found = await lookInto(store, path, bytes, hiveValues(path), seeker);
  if (found === undefined) return undefined;
  const rest = async () => (found.kept === 0 ? undefined : (await keep(store, found, [])).chunks);
  return { rows: found.rows, rest };
};

/** The lines that stay are kept as they are. */
const cutLines: Cutter = (store, path, bytes, seeker) =>
  readable(store, path, async () => {
    const lines = (await expand(bytes)).toString().split('\n');
    const folder = hiveValues(path);
    const kept = lines.filter((line) => {
      if (line === '') return true;
      const row = Object.entries({ ...folder, ...(JSON.parse(line) as Record<string, unknown>) });
      return !row.some(([name, value]) => value !== null && seeker.soughtIn(name)?.(String(value)));
    });
    const rows = lines.length - kept.length;
    if (rows === 0) return undefined;
    const isEmpty = kept.every((line) => line === '');
    return { rows, rest: async () => (isEmpty ? undefined : [await compress(kept.join('\n'))]) };
  });

const CUTTERS: Readonly<Record<string, Cutter>> = { '.parquet': cutParquet, '.jsonl.gz': cutLines };

/** A file that no log entry names may be about to get one for so long, as Delta's VACUUM has it. */
const YOUNG_MS = 7 * DAY;

export const isYoung = (modified: Millis, clock: Clock): boolean => clock.now() - modified < YOUNG_MS;

export const notYetInTable = ({ url }: Store, path: string): string =>
  `${url}/${path} holds posts that are to go, and is not in the table yet: a sink at work may add it; purge again after its next commit`;

/**
 * Takes posts out of a lake without a log: each file that holds some is replaced under its own name, or deleted when no row
 * stays. What a Delta sink may be about to commit is left alone, and said. Throws Problem `usage` where there are no files.
 */
export async function purgeFolders(
  store: Store,
  seeker: RowMatcher,
  { clock, warn, dryRun }: Pick<PurgeContext, 'clock' | 'warn' | 'dryRun'>,
): Promise<DeletedRows> {
  const there: StoredFile[] = [];
  for await (const file of store.walk()) there.push(file);
  if (there.length === 0)
    throw new UserError('usage', `there is no lake at ${store.url}`, 'Check where it is.');
  let rows = 0;
  const paths: string[] = [];
  const stuck: BlockedDelete[] = [];
  for (const { name: path, modified } of there) {
    const cutter = Object.entries(CUTTERS).find(([ending]) => path.endsWith(ending))?.[1];
    const bytes = cutter && (await store.get(path));
    if (!cutter || bytes === undefined) continue;
    await orStuck(stuck, { path, ids: [] }, async () => {
      const cut = await cutter(store, path, bytes, seeker);
      if (cut === undefined) return;
      if (!isPlainName(path) && isYoung(modified, clock)) return warn(notYetInTable(store, path));
      if (!dryRun) {
        const rest = await cut.rest();
        await (rest === undefined ? store.remove(path) : store.put(path, rest));
      }
      rows += cut.rows;
      paths.push(path);
    });
  }
  return { rows, paths, stuck };
}
