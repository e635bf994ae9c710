import { randomUUID } from 'node:crypto';
import { Problem } from '../../core/problem.ts';
import { DAY, type Millis } from '../../core/time.ts';
import { type Add, entryActions } from './delta.ts';
import { mayOnlyGrow, OURS } from './protocol.ts';
import { type Fit, fitInto, type TableSchema } from './schema.ts';
import { putEntry, readSnapshot, type Snapshot, unreadable } from './snapshot.ts';
import type { Store } from './store.ts';
import { upkeep } from './upkeep.ts';

/** Where an application stood in a table (undefined: nowhere yet) and where a commit takes it. */
export interface Move {
  readonly from: number | undefined;
  readonly to: number;
}

/** By application id. */
export type Moves = ReadonlyMap<string, Move>;

/** A Delta table as a writer sees it: how far its log was read, and the positions that it holds. */
export interface Table {
  /** Of the last log entry read; -1 while there is no table. */
  version(): number;
  /** The `txn` version of an application. */
  position(appId: string): number | undefined;
  /** The ids that have one. */
  applications(): Iterable<string>;
  /** No row can be taken out of it. */
  onlyGrows(): boolean;
  /** Columns that the table has with another type, by name. */
  conflicts(): ReadonlyMap<string, string>;
  /** Columns of ours that must have a value in each row. */
  demanded(): ReadonlySet<string>;
  /** Reads the log entries that are new. Throws Problem `fenced` when one of these was moved by another process. */
  refresh(now: Millis, moves?: Moves): Promise<void>;
  /**
   * Adds files and moves applications on, all or nothing, in one log entry. Throws Problem `fenced` when another
   * process has moved one of them: this one is a zombie and its rows are in the table already.
   */
  commit(adds: readonly Add[], moves: Moves, time: Millis): Promise<void>;
}

/** A log is cleaned of entries that are a month old: whoever read it longer ago than this starts from its checkpoint. */
const READ_ANEW_MS = DAY;

/**
 * Opens the table at a store, or one still to be made. `warn`: what went wrong beside a commit that succeeded. Throws
 * Problem `damaged` when it cannot be written to.
 */
export async function openTable(
  store: Store,
  schema: TableSchema,
  { now, warn }: { readonly now: Millis; readonly warn: (message: string) => void },
): Promise<Table> {
  let snapshot: Snapshot;
  let fitting: Fit = { widened: undefined, conflicts: new Map(), demanded: new Set(), refusal: undefined };
  let readAt = now;
  let opened = false;

  const check = (): void => {
    const { metaData } = snapshot;
    if (metaData === undefined) return;
    const termsOf = ({ conflicts, demanded }: Fit) => [...conflicts.keys(), '', ...demanded].join();
    const before = termsOf(fitting);
    fitting = fitInto(schema, metaData);
    if (fitting.refusal !== undefined) throw unreadable(store, fitting.refusal);
    if (opened && before !== termsOf(fitting))
      throw unreadable(store, 'was given other columns by another writer while this one was at work');
  };
  const readOn = async (time: Millis): Promise<void> => {
    if (snapshot.version >= 0 && time - readAt > READ_ANEW_MS) snapshot = await readSnapshot(store);
    else await snapshot.readOn();
    check();
    readAt = time;
  };
  const positionOf = (appId: string) => snapshot.transactions.get(appId)?.version;
  const fence = (moves: Moves): void => {
    for (const [appId, { from }] of moves)
      if (positionOf(appId) !== from)
        throw new Problem(
          'fenced',
          `another process has written ${appId} to ${store.url} up to offset ${positionOf(appId)}`,
          'Nothing is lost: that process goes on with it.',
        );
  };

  snapshot = await readSnapshot(store);
  check();
  opened = true;
  return {
    version: () => snapshot.version,
    position: positionOf,
    applications: () => snapshot.transactions.keys(),
    onlyGrows: () => mayOnlyGrow(snapshot),
    conflicts: () => fitting.conflicts,
    demanded: () => fitting.demanded,
    async refresh(time, moves = new Map()) {
      await readOn(time);
      fence(moves);
    },
    async commit(adds, moves, time) {
      const transactions = [...moves].map(([appId, { to }]) => ({ appId, version: to }));
      const commitId = randomUUID();
      for (let done = false; !done; ) {
        fence(moves);
        const creating = snapshot.version === -1;
        const actions = entryActions(
          {
            commitId,
            operation: 'WRITE',
            protocol: creating ? OURS : undefined,
            metaData: creating ? newTable(schema, time) : fitting.widened,
            transactions,
            removes: [],
            adds,
          },
          time,
        );
        done = (await putEntry(snapshot, actions, commitId)) === undefined;
        check();
      }
      await upkeep(snapshot, time, warn);
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
