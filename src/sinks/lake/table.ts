import { randomUUID } from 'node:crypto';
import { Problem } from '../../core/problem.ts';
import type { Millis } from '../../core/time.ts';
import {
  type Action,
  type AddedFile,
  creation,
  entryPath,
  entryText,
  entryVersion,
  keyOf,
  LOG_FOLDER,
  PROTOCOL,
  parseEntry,
  type TableSchema,
} from './delta.ts';
import type { Store } from './store.ts';

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
  /** Reads the log entries that are new. Throws Problem `fenced` when one of these was moved by another process. */
  refresh(moves?: Moves): Promise<void>;
  /**
   * Adds files and moves applications on, all or nothing, in one log entry. Throws Problem `fenced` when another
   * process has moved one of them: this one is a zombie and its rows are in the table already.
   */
  commit(files: readonly AddedFile[], moves: Moves, time: Millis): Promise<void>;
}

const unreadable = (store: Store, what: string, options?: ErrorOptions): Problem =>
  new Problem(
    'damaged',
    `${store.url} ${what}`,
    'Choose another place, or repair the table.',
    false,
    options,
  );

/** Versions in the log's folder. They must be all there from 0 on: we do not read checkpoints. */
async function versions(store: Store): Promise<number> {
  const names = await store.list(LOG_FOLDER);
  const found = names.map(entryVersion).filter((version) => version !== undefined);
  const first = Math.min(...found);
  const count = found.length;
  if (count === 0 && !names.some((name) => name.includes('.checkpoint'))) return 0;
  if (count === 0 || first !== 0)
    throw unreadable(
      store,
      'is a Delta table whose log does not start at version 0 (cleaned by another engine)',
    );
  if (Math.max(...found) !== count - 1)
    throw unreadable(store, 'is a Delta table whose log has a gap: entries are missing');
  return count;
}

async function entry(store: Store, version: number): Promise<Action[] | undefined> {
  const text = await store.get(entryPath(version));
  if (text === undefined) return undefined;
  try {
    return parseEntry(text);
  } catch (cause) {
    throw unreadable(store, `has a log entry that is not JSON: ${entryPath(version)}`, { cause });
  }
}

/** Ours may lack columns of the table (they are null then), but not the other way round. */
function checkSchema(store: Store, ours: TableSchema, theirs: TableSchema): void {
  const described = (schema: TableSchema) =>
    (JSON.parse(schema.schemaString) as { fields: { name: string; type: unknown }[] }).fields.map(
      ({ name, type }) => `${name} ${JSON.stringify(type)}`,
    );
  const known = new Set(described(theirs));
  const missing = described(ours).filter((field) => !known.has(field));
  if (ours.partitionColumns.join() !== theirs.partitionColumns.join())
    throw unreadable(store, `has its folders by ${theirs.partitionColumns}, not by ${ours.partitionColumns}`);
  if (missing.length > 0) throw unreadable(store, `is a table without ${missing.join(', ')}`);
}

/** Opens the table at a store, or one still to be made. Throws Problem `damaged` when it cannot be written to. */
export async function openTable(store: Store, schema: TableSchema): Promise<Table> {
  const positions = new Map<string, number>();
  let version = -1;

  const replay = (actions: readonly Action[]): void => {
    for (const { protocol, metaData, txn } of actions) {
      const { minReaderVersion: reader = 0, minWriterVersion: writer = 0 } = protocol ?? {};
      if (reader > PROTOCOL.minReaderVersion || writer > PROTOCOL.minWriterVersion)
        throw unreadable(store, `needs Delta protocol ${reader}/${writer}, newer than ours`);
      if (metaData) checkSchema(store, schema, metaData);
      if (txn) positions.set(txn.appId, txn.version);
    }
  };
  // One by one: a jump to the newest entry would miss a txn in between.
  const readOn = async (): Promise<void> => {
    for (let actions = await entry(store, version + 1); actions; actions = await entry(store, version + 1)) {
      replay(actions);
      version++;
    }
  };
  const fence = (moves: Moves): void => {
    for (const [appId, { from }] of moves)
      if (positions.get(appId) !== from)
        throw new Problem(
          'fenced',
          `another process has written ${appId} to ${store.url} up to offset ${positions.get(appId)}`,
          'Nothing is lost: that process goes on with it.',
        );
  };

  await versions(store);
  await readOn();
  return {
    version: () => version,
    position: (appId) => positions.get(appId),
    async refresh(moves = new Map()) {
      await readOn();
      fence(moves);
    },
    async commit(files, moves, time) {
      const transactions = [...moves].map(([appId, { to }]) => ({ appId, version: to }));
      for (;;) {
        fence(moves);
        const created = version === -1 ? creation(schema, randomUUID(), time) : [];
        if (await store.putIfAbsent(entryPath(version + 1), entryText(created, files, transactions, time)))
          break;
        const before = version;
        await readOn();
        if (version === before)
          throw unreadable(store, `has a log entry that cannot be read: ${version + 1}`);
      }
      for (const [appId, { to }] of moves) positions.set(appId, to);
      version++;
    },
  };
}

/** Keys of the data files that make up the table now. */
export async function activeFiles(store: Store): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  const count = await versions(store);
  for (let version = 0; version < count; version++)
    for (const { add, remove } of (await entry(store, version)) ?? []) {
      if (add) files.add(keyOf(add.path));
      if (remove) files.delete(keyOf(remove.path));
    }
  return files;
}
