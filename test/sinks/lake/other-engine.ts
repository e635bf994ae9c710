import { randomUUID } from 'node:crypto';
import {
  type Action,
  type Add,
  entryChunks,
  entryPath,
  entryVersion,
  keyOf,
  LOG_FOLDER,
  type MetaData,
  versionName,
} from '../../../src/sinks/lake/delta/actions.ts';
import { newestCheckpoint, writeCheckpoint } from '../../../src/sinks/lake/delta/checkpoint.ts';
import { WRITTEN_PROTOCOL } from '../../../src/sinks/lake/delta/protocol.ts';
import type { TableSchema } from '../../../src/sinks/lake/delta/schema.ts';
import { readSnapshot } from '../../../src/sinks/lake/delta/snapshot.ts';
import { filesOf } from '../../../src/sinks/lake/delta/verify.ts';
import { encodeParquet } from '../../../src/sinks/lake/parquet/columns/encode.ts';
import { openParquet } from '../../../src/sinks/lake/parquet/source.ts';
import type { TableStore } from '../../../src/sinks/lake/store/store.ts';
import { takenRows } from './runs.ts';

const PREFIX = 'fx_source';
const OTHER = 'other';

/** What another engine does to a Delta table, in its own log entries. Each call is over before the sink goes on. */
export class OtherEngine {
  /** Rows of its own that the table must have. */
  rows = 0;
  #files = 0;
  readonly #read = new WeakMap<Buffer, readonly string[]>();

  constructor(
    readonly store: TableStore,
    readonly schema: TableSchema,
  ) {}

  /** One row more. */
  async append(): Promise<void> {
    if ((await this.#version()) < 0) return;
    const column = { name: PREFIX, type: 'text', help: '' } as const;
    const { chunks } = await encodeParquet([column], takenRows([column], [[OTHER]]));
    await this.#commit([{ add: await this.#put(Buffer.concat(chunks)) }]);
    this.rows++;
  }

  /** Writes all files anew, in one commit, and deletes the old ones. */
  async optimise(): Promise<void> {
    if ((await this.#version()) < 0) return;
    const actions: Action[] = [];
    const old = [...(await filesOf(this.store)).files.values()];
    for (const add of old) {
      const { path, partitionValues } = add;
      actions.push({ remove: { path, dataChange: false, deletionTimestamp: 0 } });
      const bytes = (await this.store.get(keyOf(path)))!;
      actions.push({ add: { ...(await this.#put(bytes)), partitionValues, dataChange: false } });
    }
    await this.#commit(actions);
    for (const { path } of old) await this.store.remove(keyOf(path));
  }

  async checkpoint(): Promise<void> {
    const { version, protocol, metaData, transactions } = await readSnapshot(this.store);
    if (version < 0) return;
    const actions: Action[] = [{ protocol: protocol! }, { metaData: metaData! }];
    for (const txn of transactions.values()) actions.push({ txn });
    for (const add of (await filesOf(this.store)).files.values()) actions.push({ add });
    await writeCheckpoint(this.store, version, [actions]);
  }

  /** Removes the log entries that the newest checkpoint stands for. */
  async clean(): Promise<void> {
    const names = await this.#names();
    const limit = newestCheckpoint(names, Number.POSITIVE_INFINITY)?.version ?? 0;
    for (const name of names) if (name < versionName(limit)) await this.store.remove(`${LOG_FOLDER}/${name}`);
  }

  /** Deletes the files that are no part of the table, however young. */
  async vacuum(): Promise<void> {
    const { files } = await filesOf(this.store);
    for await (const { name } of this.store.walk())
      if (!name.startsWith(LOG_FOLDER) && !files.has(name)) await this.store.remove(name);
  }

  /** Takes the table back by some versions, as a backup of its log that is copied back does. */
  async restore(versions: number): Promise<void> {
    const names = await this.#names();
    const at = await this.#version();
    const first = newestCheckpoint(names, Number.POSITIVE_INFINITY)?.version ?? 0;
    const goal = Math.max(first, at - versions);
    for (const name of names)
      if ((entryVersion(name) ?? -1) > goal) await this.store.remove(`${LOG_FOLDER}/${name}`);
    // A file that was optimised away since is gone, and a backup that needs it would be none.
    const { files } = await filesOf(this.store);
    for (const path of files.keys()) if ((await this.store.size(path)) === undefined) return this.remove();
    this.rows = (await this.marks()).filter((mark) => mark === OTHER).length;
  }

  async remove(): Promise<void> {
    if ((await this.#version()) < 0) return;
    for await (const { name } of this.store.walk()) await this.store.remove(name);
    this.rows = 0;
  }

  /** Another table in the place of this one, with some rows. */
  async recreate(
    rows: number,
    configuration: MetaData['configuration'] = { 'delta.checkpointInterval': '5' },
  ): Promise<void> {
    await this.remove();
    const metaData = {
      ...this.schema,
      id: randomUUID(),
      format: { provider: 'parquet', options: {} },
      configuration,
    };
    await this.#commit([{ protocol: WRITTEN_PROTOCOL }, { metaData }]);
    for (let i = 0; i < rows; i++) await this.append();
  }

  /** The marks of all rows that readers see. Throws when a file is missing. */
  async marks(): Promise<string[]> {
    const marks: string[] = [];
    for (const path of (await filesOf(this.store)).files.keys()) {
      const bytes = await this.store.get(path);
      if (bytes === undefined) throw new Error(`the table names ${path}, which is gone`);
      marks.push(...(await this.#marksIn(bytes)));
    }
    return marks;
  }

  /** A file in memory is read once. */
  async #marksIn(bytes: Buffer): Promise<readonly string[]> {
    const known = this.#read.get(bytes);
    if (known !== undefined) return known;
    const marks: string[] = [];
    const source = await openParquet(bytes);
    const leaf = source.leaves.findIndex(({ path: names }) => names[0] === PREFIX);
    for (const group of source.groups.keys())
      for (const { values } of source.pages(group, leaf))
        for (const value of Array.from(values)) marks.push(Buffer.from(value as Uint8Array).toString());
    this.#read.set(bytes, marks);
    return marks;
  }

  #version = async (): Promise<number> => (await readSnapshot(this.store)).version;
  #names = async (): Promise<string[]> => (await this.store.list(LOG_FOLDER)).map(({ name }) => name);

  async #put(bytes: Buffer): Promise<Add> {
    const path = `part-${this.#files++}.parquet`;
    await this.store.put(path, [bytes]);
    return {
      ...{ path, partitionValues: { coin: null, date: null }, size: bytes.length, modificationTime: 0 },
      dataChange: true,
    };
  }

  async #commit(actions: readonly Action[]): Promise<void> {
    const path = entryPath((await this.#version()) + 1);
    if (!(await this.store.putIfAbsent(path, entryChunks(actions)))) throw new Error(`${path} is taken`);
  }
}
