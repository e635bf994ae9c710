import { randomUUID } from 'node:crypto';
import { UserError } from '../../../core/errors.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { TableStore } from '../store/store.ts';
import { type Add, entryActions } from './actions.ts';
import { appendEntry } from './append-entry.ts';
import { damagedTable } from './log-segment.ts';
import { maintain } from './maintenance.ts';
import { appendOnlyReason, WRITTEN_PROTOCOL } from './protocol.ts';
import { requireStored } from './require-stored.ts';
import { fitTable, type TableFit, type TableSchema } from './schema.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** An application's position before a commit (undefined: none yet) and after it. */
export interface PositionUpdate {
  readonly from: number | undefined;
  readonly to: number;
}

/** By application id. */
export type PositionUpdates = ReadonlyMap<string, PositionUpdate>;

/** A Delta table as a writer sees it: the version read so far and the stored positions. */
export interface DeltaTable {
  /** Version of the last log entry read; -1 while there is no table. */
  version(): number;
  /** The `txn` version of an application. */
  position(appId: string): number | undefined;
  /** Ids of the applications that have a position. */
  applications(): Iterable<string>;
  /** Why rows cannot be deleted; undefined when they can. */
  appendOnlyReason(): string | undefined;
  /** The last state read; undefined for a table without a log. */
  snapshot(): Snapshot | undefined;
  /** Our columns that the table has with another type, by name. */
  conflicts(): ReadonlyMap<string, string>;
  /** Our columns that must have a value in each row. */
  required(): ReadonlySet<string>;
  /**
   * Reads new log entries, or the whole log when it does not continue from the version read. Throws UserError `fenced`
   * when another process updated one of these positions; `damaged` when the table was removed, replaced or restored to an
   * older version, or no longer takes our rows.
   */
  refresh(updates?: PositionUpdates): Promise<void>;
  /**
   * Adds files and updates positions atomically, in one log entry. Throws like `refresh`; when fenced, this process is a
   * zombie and the new owner has its rows.
   */
  commit(adds: readonly Add[], updates: PositionUpdates, time: Millis): Promise<void>;
}

/**
 * Opens a table; the first commit creates it if there is none. `warn` receives failures of maintenance after a commit.
 * Throws UserError `damaged` when it cannot be written to.
 */
export async function openTable(
  store: TableStore,
  schema: TableSchema,
  { warn }: { readonly warn: (message: string) => void },
): Promise<DeltaTable> {
  const snapshot = await readSnapshot(store);
  let fit: TableFit = {
    widened: undefined,
    conflicts: new Map(),
    required: new Set(),
    refusal: undefined,
  };
  /** Columns in conflict, and required ones, when the table was opened. */
  let openedWith: string | undefined;

  const check = (): void => {
    const { metaData } = snapshot;
    if (metaData !== undefined) fit = fitTable(schema, metaData);
    if (fit.refusal !== undefined) throw damagedTable(store, fit.refusal);
    const current = [...fit.conflicts.keys(), '', ...fit.required].join();
    openedWith ??= current;
    if (openedWith !== current)
      throw damagedTable(store, 'got other columns from another writer while this process was writing to it');
  };
  const positionOf = (appId: string) => snapshot.transactions.get(appId)?.version;
  const fence = (updates: PositionUpdates): void => {
    for (const [appId, { from }] of updates) {
      const position = positionOf(appId);
      if (position === from) continue;
      if (from !== undefined && (position === undefined || position < from))
        throw new UserError(
          'damaged',
          `${store.url} was restored to an older version: ${appId} is at offset ${position ?? 'none'}, and was at ${from}`,
          'Find out who restored it. Start again: missing records are written again.',
        );
      throw new UserError(
        'fenced',
        `another process wrote ${appId} to ${store.url} up to offset ${position}`,
        'Nothing is lost: that process continues with it.',
      );
    }
  };

  check();
  return {
    version: () => snapshot.version,
    position: positionOf,
    applications: () => snapshot.transactions.keys(),
    appendOnlyReason: () => appendOnlyReason(snapshot),
    snapshot: () => snapshot,
    conflicts: () => fit.conflicts,
    required: () => fit.required,
    async refresh(updates = new Map()) {
      await snapshot.update();
      check();
      fence(updates);
    },
    async commit(adds, updates, time) {
      const transactions = [...updates].map(([appId, { to }]) => ({ appId, version: to }));
      const commitId = randomUUID();
      await appendEntry(snapshot, {
        commitId,
        isCommitted: () => [...updates].every(([appId, { to }]) => positionOf(appId) === to),
        actions: async (_, logReplaced) => {
          check();
          fence(updates);
          // Whoever removed or replaced the log may have removed files, too.
          if (logReplaced) await requireStored(store, adds);
          const creating = snapshot.version === -1;
          const protocol = creating ? WRITTEN_PROTOCOL : undefined;
          const metaData = creating ? newTable(schema, time) : fit.widened;
          return entryActions(
            { commitId, operation: 'WRITE', protocol, metaData, transactions, removes: [], adds },
            time,
          );
        },
      });
      await maintain(snapshot, time, warn);
    },
  };
}

const newTable = (schema: TableSchema, createdTime: Millis) => ({
  id: randomUUID(),
  format: { provider: 'parquet', options: {} },
  ...schema,
  configuration: {},
  createdTime,
});
