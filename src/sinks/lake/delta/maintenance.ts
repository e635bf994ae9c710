import { DAY, type Millis } from '../../../core/util/time.ts';
import type { TableStore } from '../store/store.ts';
import { type Action, entryVersion, LOG_FOLDER, type MetaData, versionName } from './actions.ts';
import { newestCheckpoint, withdrawCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { filesAt } from './files-at.ts';
import {
  nonEmptyNames,
  readCheckpointActions,
  type SkippedCheckpoints,
  skipCheckpoint,
} from './log-segment.ts';
import { intervalOf } from './protocol.ts';
import type { Snapshot } from './snapshot.ts';

/** Defaults of Delta's table properties. */
const CHECKPOINT_EVERY = 100;
const LOG_RETENTION: Millis = 30 * DAY;
const TOMBSTONE_RETENTION: Millis = 7 * DAY;

/**
 * Runs after a commit, every 100 versions (`delta.checkpointInterval`): writes a checkpoint and removes log entries older
 * than 30 days (`delta.logRetentionDuration`) that an equally old checkpoint replaces. A failure is only a warning and is
 * retried at the next interval, since the commit is already done.
 */
export async function maintain(
  snapshot: Snapshot,
  now: Millis,
  warn: (message: string) => void,
): Promise<void> {
  const { store, version, metaData } = snapshot;
  if (metaData === undefined) return;
  const every = Number(metaData.configuration?.['delta.checkpointInterval'] ?? CHECKPOINT_EVERY);
  if (version === 0 || version % every !== 0) return;
  /** Another engine may remove or replace the table at any time; its new log must not be touched. */
  const isOurs = async () => (await snapshot.newEntries()) !== undefined;
  try {
    const isStored = await writeCheckpoint(store, version, checkpointActions(snapshot, now), isOurs);
    if (isStored && (await isInOtherLog(snapshot))) await withdrawCheckpoint(store, version);
    if (metaData.configuration?.['delta.enableExpiredLogCleanup'] !== 'false' && (await isOurs()))
      await cleanLog(store, metaData, now);
  } catch (error) {
    warn(`maintenance of the log of ${store.url} failed: ${(error as Error).message}`);
  }
}

/** Whether the checkpoint just stored is in another log: ours has the entry of its version, or a newer checkpoint. */
async function isInOtherLog({ store, version, anchor, skipped }: Snapshot): Promise<boolean> {
  const files = await store.list(LOG_FOLDER, versionName(version));
  if (files.some(({ name, tag }) => name === anchor?.name && tag === anchor.tag)) return false;
  return newestCheckpoint(nonEmptyNames(files), Number.POSITIVE_INFINITY, skipped)?.version === version;
}

/** The content of a checkpoint, without expired tombstones, which no reader needs. */
async function* checkpointActions(snapshot: Snapshot, now: Millis): AsyncIterable<readonly Action[]> {
  const { store, version, protocol, metaData, transactions } = snapshot;
  const kept = now - intervalOf(metaData!, 'delta.deletedFileRetentionDuration', TOMBSTONE_RETENTION);
  yield [
    { protocol: protocol! },
    { metaData: metaData! },
    ...[...transactions.values()].map((txn) => ({ txn })),
  ];
  for await (const actions of filesAt(store, version))
    yield actions.flatMap(({ add, remove }): Action[] => {
      if (add) return [{ add: { ...add, dataChange: false } }];
      return (remove!.deletionTimestamp ?? 0) >= kept ? [{ remove: { ...remove!, dataChange: false } }] : [];
    });
}

/**
 * Removes log files before the newest checkpoint that has itself expired, so that younger versions stay readable. Ignores
 * checkpoints that cannot be read.
 */
async function cleanLog(store: TableStore, metaData: MetaData, now: Millis): Promise<void> {
  const before = now - intervalOf(metaData, 'delta.logRetentionDuration', LOG_RETENTION);
  const old = (await store.list(LOG_FOLDER)).filter(({ modified }) => modified < before);
  const skipped: SkippedCheckpoints = new Map();
  for (;;) {
    const checkpoint = newestCheckpoint(nonEmptyNames(old), Number.POSITIVE_INFINITY, skipped);
    if (checkpoint === undefined) return;
    const limit = versionName(checkpoint.version);
    const removable = old.filter(
      ({ name }) => name < limit && (entryVersion(name) !== undefined || name.includes('.checkpoint.')),
    );
    if (removable.length === 0) return;
    try {
      for await (const _ of readCheckpointActions(store, checkpoint, true));
    } catch (error) {
      skipCheckpoint(skipped, checkpoint, error);
      continue;
    }
    for (const { name } of removable) await store.remove(`${LOG_FOLDER}/${name}`);
    return;
  }
}
