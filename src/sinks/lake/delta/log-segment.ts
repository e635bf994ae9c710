import { UserError } from '../../../core/errors.ts';
import type { StoredFile, TableStore } from '../store/store.ts';
import { type Action, entryPath, entryVersion, LOG_FOLDER, parseEntry, versionName } from './actions.ts';
import { type Checkpoint, hintedVersion, newestCheckpoint, readCheckpoint } from './checkpoint.ts';

export const damagedTable = (store: TableStore, what: string, options?: ErrorOptions): UserError =>
  new UserError(
    'damaged',
    `${store.url} ${what}`,
    'Repair the table, or choose another destination.',
    false,
    options,
  );

/** The files that describe a table up to a version: a checkpoint and the log entries after it. */
export interface LogSegment {
  readonly checkpoint: Checkpoint | undefined;
  /** Log entries, oldest first, without gaps. */
  readonly entries: readonly StoredFile[];
  /** The file that proves the newest version is part of the log; undefined when there is no table. */
  readonly anchor: StoredFile | undefined;
}

/** Checkpoints that cannot be read, by the name of their first part, with the error. */
export type SkippedCheckpoints = Map<string, UserError>;

/** Listings before a gap counts as damage: a listing may lack an entry yet contain a later one. */
const LISTINGS = 3;

/** Skips invalid checkpoints when the log is complete without them; otherwise throws UserError `damaged`. */
export async function readLogSegment(
  store: TableStore,
  upTo: number,
  skipped: SkippedCheckpoints,
): Promise<LogSegment> {
  for (let listed = 1; ; listed++) {
    const files = await logFiles(store, upTo, skipped);
    const checkpoint = newestCheckpoint(namesOf(files), upTo, skipped);
    const from = checkpoint?.version ?? -1;
    const entries = files.filter(({ name }) => {
      const version = entryVersion(name) ?? -1;
      return version > from && version <= upTo;
    });
    const fault = gapIn(files, checkpoint, entries);
    if (fault === undefined) {
      const named = (wanted: string | undefined) => files.find(({ name }) => name === wanted);
      const anchor = entries.at(-1) ?? named(`${versionName(from)}.json`) ?? named(checkpoint?.parts[0]);
      return { checkpoint, entries, anchor };
    }
    if (listed < LISTINGS) continue;
    const [problem] = skipped.values();
    throw problem ?? damagedTable(store, `is a Delta table whose log ${fault}`);
  }
}

function gapIn(
  files: readonly StoredFile[],
  checkpoint: Checkpoint | undefined,
  entries: readonly StoredFile[],
): string | undefined {
  const versions = entries.map(({ name }) => entryVersion(name));
  const isLog = files.some(({ name }) => /^\d{20}\./.test(name));
  if (checkpoint === undefined && isLog && versions[0] !== 0)
    return 'neither starts at version 0 nor has a whole checkpoint';
  const first = (checkpoint?.version ?? -1) + 1;
  const gap = versions.findIndex((version, i) => version !== first + i);
  return gap < 0 ? undefined : `has a gap: version ${first + gap} is missing`;
}

const namesOf = (files: readonly StoredFile[]): string[] => files.map(({ name }) => name);

/** Names of the files that are not empty; an empty checkpoint does not count. */
export const nonEmptyNames = (files: readonly StoredFile[]): string[] =>
  files.filter(({ size }) => size > 0).map(({ name }) => name);

/** The files of the log folder; those from the hinted checkpoint on if it is complete. */
async function logFiles(
  store: TableStore,
  upTo: number,
  skipped: SkippedCheckpoints,
): Promise<readonly StoredFile[]> {
  const hinted = skipped.size === 0 ? await hintedVersion(store) : undefined;
  if (hinted !== undefined && hinted <= upTo) {
    const files = await store.list(LOG_FOLDER, versionName(hinted));
    if (newestCheckpoint(namesOf(files), upTo) !== undefined) return files;
  }
  return store.list(LOG_FOLDER);
}

/** The actions of a log entry; undefined when it is missing. Throws UserError `damaged`. */
export async function readEntry(store: TableStore, version: number): Promise<readonly Action[] | undefined> {
  const text = await store.get(entryPath(version));
  if (text === undefined) return undefined;
  try {
    return parseEntry(text.toString());
  } catch (cause) {
    throw damagedTable(store, `has a log entry that is not JSON: ${entryPath(version)}`, { cause });
  }
}

/** Like readCheckpoint, but throws UserError `damaged`. */
export async function* readCheckpointActions(store: TableStore, checkpoint: Checkpoint, files: boolean) {
  try {
    yield* readCheckpoint(store, checkpoint, files);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw invalidCheckpoint(store, checkpoint, (cause as Error).message, cause);
  }
}

export const invalidCheckpoint = (
  store: TableStore,
  { parts }: Checkpoint,
  why: string,
  cause?: unknown,
): UserError => damagedTable(store, `has a checkpoint that cannot be read: ${parts[0]}: ${why}`, { cause });

/** Records that a checkpoint cannot be read. Rethrows other errors. */
export function skipCheckpoint(skipped: SkippedCheckpoints, { parts }: Checkpoint, error: unknown): void {
  if (!(error instanceof UserError) || error.code !== 'damaged') throw error;
  skipped.set(parts[0]!, error);
}
