import { randomUUID } from 'node:crypto';
import { UserError } from '../../../core/errors.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { Store } from '../store/store.ts';
import { type Add, entryActions } from './actions.ts';
import { appendEntry } from './append-entry.ts';
import { damagedTable } from './log-segment.ts';
import { maintain } from './maintenance.ts';
import { appendOnlyReason, WRITTEN_PROTOCOL } from './protocol.ts';
import { requireStored } from './require-stored.ts';
import { fitTable, type TableFit, type TableSchema } from './schema.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** Where an application stood in a table (undefined: nowhere yet) and where a commit takes it. */
export interface PositionUpdate {
  readonly from: number | undefined;
  readonly to: number;
}

/** By application id. */
export type PositionUpdates = ReadonlyMap<string, PositionUpdate>;

/** A Delta table as a writer sees it: how far its log was read, and the positions that it holds. */
export interface Table {
  /** Of the last log entry read; -1 while there is no table. */
  version(): number;
  /** The `txn` version of an application. */
  position(appId: string): number | undefined;
  /** The ids that have one. */
  applications(): Iterable<string>;
  /** Why no row can be taken out of it; undefined when it can. */
  appendOnlyReason(): string | undefined;
  /** As it was last read; undefined without a log. */
  snapshot(): Snapshot | undefined;
  /** Columns that the table has with another type, by name. */
  conflicts(): ReadonlyMap<string, string>;
  /** Columns of ours that must have a value in each row. */
  required(): ReadonlySet<string>;
  /**
   * Reads what is new in the log, or all of it when it does not go on from where it was read. Throws Problem `fenced` when
   * one of these was moved by another process; `damaged` when the table is gone, is another one, no longer takes our rows,
   * or has gone back.
   */
  refresh(moves?: PositionUpdates): Promise<void>;
  /**
   * Adds files and moves applications on, all or nothing, in one log entry. Throws as refresh; when it is fenced, this
   * process is a zombie and its rows are in the table already.
   */
  commit(adds: readonly Add[], moves: PositionUpdates, time: Millis): Promise<void>;
}

/**
 * Opens the table at a store, or one still to be made. `warn`: what went wrong beside a commit that succeeded. Throws
 * Problem `damaged` when it cannot be written to.
 */
export async function openTable(
  store: Store,
  schema: TableSchema,
  { warn }: { readonly warn: (message: string) => void },
): Promise<Table> {
  const snapshot = await readSnapshot(store);
  let fitting: TableFit = {
    widened: undefined,
    conflicts: new Map(),
    required: new Set(),
    refusal: undefined,
  };
  /** What the table took of our rows when it was opened. */
  let terms: string | undefined;

  const check = (): void => {
    const { metaData } = snapshot;
    if (metaData !== undefined) fitting = fitTable(schema, metaData);
    if (fitting.refusal !== undefined) throw damagedTable(store, fitting.refusal);
    const current = [...fitting.conflicts.keys(), '', ...fitting.required].join();
    terms ??= current;
    if (terms !== current)
      throw damagedTable(store, 'was given other columns by another writer while this one was at work');
  };
  const positionOf = (appId: string) => snapshot.transactions.get(appId)?.version;
  const fence = (moves: PositionUpdates): void => {
    for (const [appId, { from }] of moves) {
      const position = positionOf(appId);
      if (position === from) continue;
      if (from !== undefined && (position === undefined || position < from))
        throw new UserError(
          'damaged',
          `${store.url} has gone back: ${appId} is at offset ${position ?? 'none'} there, and was at ${from}`,
          'See who restored an older state of the table. Start again: what is missing is written once more.',
        );
      throw new UserError(
        'fenced',
        `another process has written ${appId} to ${store.url} up to offset ${position}`,
        'Nothing is lost: that process goes on with it.',
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
    conflicts: () => fitting.conflicts,
    required: () => fitting.required,
    async refresh(moves = new Map()) {
      await snapshot.update();
      check();
      fence(moves);
    },
    async commit(adds, moves, time) {
      const transactions = [...moves].map(([appId, { to }]) => ({ appId, version: to }));
      const commitId = randomUUID();
      await appendEntry(snapshot, {
        commitId,
        isCommitted: () => [...moves].every(([appId, { to }]) => positionOf(appId) === to),
        actions: async (_, inVain) => {
          check();
          fence(moves);
          // Where the log was removed or replaced, so may files have been.
          if (inVain) await requireStored(store, adds);
          const creating = snapshot.version === -1;
          const protocol = creating ? WRITTEN_PROTOCOL : undefined;
          const metaData = creating ? newTable(schema, time) : fitting.widened;
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
