import { UserError } from '../../../core/errors.ts';
import type { Store, StoredFile } from '../store/store.ts';
import { type Action, entryPath, entryVersion, LOG_FOLDER, parseEntry, versionName } from './actions.ts';
import { type Checkpoint, hintedVersion, newestCheckpoint, readCheckpoint } from './checkpoint.ts';

export const damagedTable = (store: Store, what: string, options?: ErrorOptions): UserError =>
  new UserError(
    'damaged',
    `${store.url} ${what}`,
    'Choose another place, or repair the table.',
    false,
    options,
  );

/** What tells of a table up to a version: a checkpoint, and the log entries after it. */
export interface LogSegment {
  readonly checkpoint: Checkpoint | undefined;
  /** Log entries, oldest first, without gaps. */
  readonly entries: readonly StoredFile[];
  /** The file that shows that the newest version is part of the log; undefined where there is no table. */
  readonly anchor: StoredFile | undefined;
}

/** Checkpoints that cannot be read, and why, by the name of their first part. */
export type SkippedCheckpoints = Map<string, UserError>;

/** A log is listed this often before a gap in it counts: a listing may lack an entry and have the one after it. */
const LISTINGS = 3;

/** Passes over checkpoints that cannot be read when the log is whole without them. Throws Problem `damaged` otherwise. */
export async function readLogSegment(
  store: Store,
  upTo: number,
  passed: SkippedCheckpoints,
): Promise<LogSegment> {
  for (let listed = 1; ; listed++) {
    const files = await logFiles(store, upTo, passed);
    const checkpoint = newestCheckpoint(namesOf(files), upTo, passed);
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
    const [problem] = passed.values();
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

/** Names of the files that are not empty: an empty checkpoint is none. */
export const nonEmptyNames = (files: readonly StoredFile[]): string[] =>
  files.filter(({ size }) => size > 0).map(({ name }) => name);

/** The log's folder, from the checkpoint that the hint names on when that one is whole. */
async function logFiles(
  store: Store,
  upTo: number,
  passed: SkippedCheckpoints,
): Promise<readonly StoredFile[]> {
  const hinted = passed.size === 0 ? await hintedVersion(store) : undefined;
  if (hinted !== undefined && hinted <= upTo) {
    const files = await store.list(LOG_FOLDER, versionName(hinted));
    if (newestCheckpoint(namesOf(files), upTo) !== undefined) return files;
  }
  return store.list(LOG_FOLDER);
}

/** The actions of a log entry; undefined when there is none. Throws Problem `damaged`. */
export async function readEntry(store: Store, version: number): Promise<readonly Action[] | undefined> {
  const text = await store.get(entryPath(version));
  if (text === undefined) return undefined;
  try {
    return parseEntry(text.toString());
  } catch (cause) {
    throw damagedTable(store, `has a log entry that is not JSON: ${entryPath(version)}`, { cause });
  }
}

/** As readCheckpoint, but throws Problem `damaged`. */
export async function* readCheckpointActions(store: Store, checkpoint: Checkpoint, files: boolean) {
  try {
    yield* readCheckpoint(store, checkpoint, files);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw unreadableCheckpoint(store, checkpoint, (cause as Error).message, cause);
  }
}

export const unreadableCheckpoint = (
  store: Store,
  { parts }: Checkpoint,
  why: string,
  cause?: unknown,
): UserError => damagedTable(store, `has a checkpoint that cannot be read: ${parts[0]}: ${why}`, { cause });

/** Notes that a checkpoint cannot be read. Throws what is another error. */
export function skipCheckpoint(passed: SkippedCheckpoints, { parts }: Checkpoint, error: unknown): void {
  if (!(error instanceof UserError) || error.code !== 'damaged') throw error;
  passed.set(parts[0]!, error);
}
