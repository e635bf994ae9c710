import { randomUUID } from 'node:crypto';
import { Problem } from '../../core/problem.ts';
import type { Column } from '../../market/datasets.ts';
import type { Selection } from '../sink.ts';
import { emptyChain, newArena } from './arena.ts';
import { type Add, addOf, keyOf } from './delta.ts';
import { encodeParquet } from './parquet.ts';
import { type Row, readRows } from './parquet-rows.ts';
import { unreadable } from './snapshot.ts';
import { type Store, sizeOf } from './store.ts';

/** What is looked at to find a post; its author goes by id or handle. */
const SOUGHT = ['id', 'author_id', 'username'] as const;

/** Finds the posts that are to go. */
export interface Seeker {
  /** By the statistics of ids, when nothing but ids is sought. */
  mayBeIn(add: Add): boolean;
  isSought(row: Row): boolean;
}

export function seekerOf({ ids, authors }: Selection): Seeker {
  const sorted = [...ids].sort();
  /** The least id that is not below this one. */
  const from = (least: string): string | undefined => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < least) low = middle + 1;
      else high = middle;
    }
    return sorted[low];
  };
  return {
    mayBeIn({ stats }) {
      if (authors.size > 0 || stats == null) return true;
      const { minValues, maxValues } = JSON.parse(stats) as Readonly<
        Record<'minValues' | 'maxValues', { readonly id?: string } | undefined>
      >;
      const [least, most] = [minValues?.id, maxValues?.id];
      if (least === undefined || most === undefined) return true;
      const id = from(least);
      return id !== undefined && id <= most;
    },
    isSought(row) {
      const { id, author_id, username } = row as Readonly<Record<(typeof SOUGHT)[number], string | null>>;
      if (id != null && ids.has(id)) return true;
      if (author_id != null && authors.has(author_id)) return true;
      return username != null && authors.has(username.toLowerCase());
    },
  };
}

/** A file in which posts were found. */
export interface FoundIn {
  readonly add: Add;
  readonly bytes: Buffer;
  /** How many rows are to go. */
  readonly rows: number;
}

/** Undefined for a file that holds none of the posts. Throws Problem `damaged` for one that is not there. */
export async function lookInto(store: Store, add: Add, seeker: Seeker): Promise<FoundIn | undefined> {
  if (!seeker.mayBeIn(add)) return undefined;
  const path = keyOf(add.path);
  const bytes = await store.get(path);
  if (bytes === undefined) throw unreadable(store, `lacks a file that its log names: ${path}`);
  const found = await readRows(bytes, SOUGHT);
  const rows = found.filter((row) => seeker.isSought({ ...add.partitionValues, ...row })).length;
  return rows === 0 ? undefined : { add, bytes, rows };
}

/**
 * Puts the rows that stay into a new file beside the one that they stood in; undefined when none does. `columns`: those
 * that stand in files; by its type where we cannot write it, which throws Problem `damaged` if it has values.
 */
export async function rewrite(
  store: Store,
  { add, bytes }: FoundIn,
  seeker: Seeker,
  columns: ReadonlyMap<string, Column | string>,
  modified: number,
): Promise<Add | undefined> {
  const all = await readRows(bytes);
  const kept = all.filter((row) => !seeker.isSought({ ...add.partitionValues, ...row }));
  if (kept.length === 0) return undefined;
  const written: Column[] = [];
  for (const [name, column] of columns) {
    if (typeof column !== 'string') written.push(column);
    else if (kept.some((row) => row[name] !== null && row[name] !== undefined))
      throw new Problem(
        'damaged',
        `${store.url} has a column ${name} of type ${column}, which we cannot write`,
        'Purge this table with the engine that made the column.',
      );
  }
  const arena = newArena(written);
  const chain = emptyChain();
  for (const row of kept)
    arena.add(
      chain,
      written.map(({ name }) => row[name] ?? null),
    );
  const { chunks, stats } = await encodeParquet(written, arena.gather(chain));
  const folder = keyOf(add.path).split('/').slice(0, -1);
  const path = [...folder, `purged-${randomUUID()}.parquet`].join('/');
  await store.put(path, chunks);
  const size = sizeOf(chunks);
  return addOf({
    path,
    folder: add.partitionValues,
    size,
    modified,
    rows: kept.length,
    columns: written,
    stats,
  });
}
