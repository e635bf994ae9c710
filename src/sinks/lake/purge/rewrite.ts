import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { UserError } from '../../../core/errors.ts';
import type { Column } from '../../../market/catalog/datasets.ts';
import { type Add, addOf } from '../delta/actions.ts';
import { rangeOf } from '../delta/range.ts';
import type { ColumnStats } from '../parquet/columns/shred.ts';
import { type ColumnChunk, ParquetWriter } from '../parquet/file.ts';
import { filtered } from '../parquet/filter.ts';
import { openSource, type Source } from '../parquet/source.ts';
import { type Store, sizeOf } from '../store/store.ts';
import type { RowMatcher } from './row-matcher.ts';

/** A file in which posts were found. */
export interface FoundIn {
  /** Key below the table. */
  readonly path: string;
  /** How many rows are to go, and how many stay. */
  readonly rows: number;
  readonly kept: number;
  /** By row group: 1 for each row that is to go. */
  readonly gone: readonly Uint8Array[];
}

/** A file that cannot be read or written anew; the rest of its table can. */
const cannotRead = (store: Store, path: string, cause: unknown): UserError =>
  new UserError(
    'damaged',
    `${store.url}/${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
    'Write it anew with the engine that made it, without the posts; then purge again.',
    false,
    { cause },
  );

/** Work on one file's content: what fails in it is a Problem `damaged` that names the file. */
export async function readable<T>(store: Store, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UserError ? error : cannotRead(store, path, error);
  }
}

/**
 * Undefined for a file that holds none of the posts. `folder`: values of its folder columns. Throws Problem `damaged` for
 * one that cannot be read.
 */
export function lookInto(
  store: Store,
  path: string,
  bytes: Uint8Array,
  folder: Add['partitionValues'],
  seeker: RowMatcher,
): Promise<FoundIn | undefined> {
  return readable(store, path, async () => {
    const source = await openSource(bytes);
    const inFolder = Object.entries(folder).some(([name, value]) => seeker.soughtIn(name)?.(value ?? ''));
    const gone: Uint8Array[] = [];
    for (const [group, count] of source.groups.entries()) {
      const marks = new Uint8Array(count).fill(inFolder ? 1 : 0);
      for (const [i, { path: names }] of source.leaves.entries()) {
        const isSought = names.length === 1 ? seeker.soughtIn(names[0]!) : undefined;
        if (isSought !== undefined) await mark(marks, source, group, i, isSought);
      }
      gone.push(marks);
    }
    const total = source.groups.reduce((sum, count) => sum + count, 0);
    const rows = gone.reduce((sum, marks) => sum + marks.reduce((ones, one) => ones + one, 0), 0);
    return rows === 0 ? undefined : { path, rows, kept: total - rows, gone };
  });
}

async function mark(
  marks: Uint8Array,
  source: Source,
  group: number,
  leaf: number,
  isSought: (text: string) => boolean,
): Promise<void> {
  const { definition: whole } = source.leaves[leaf]!;
  let row = 0;
  for (const { count, definition, values } of source.pages(group, leaf)) {
    for (let i = 0, at = 0; i < count; i++, row++) {
      if (definition.length > 0 && definition[i] !== whole) continue;
      const value = values[at++]!;
      if (isSought(value instanceof Uint8Array ? Buffer.from(value).toString() : String(value)))
        marks[row] = 1;
    }
    await turn();
  }
}

/** The rows of a file that stay, every value as it was stored, in pages of ours; statistics of these columns. */
export interface Kept {
  readonly chunks: readonly Uint8Array[];
  readonly stats: readonly ColumnStats[];
}

/** Throws Problem `damaged` for a file that cannot be read. */
export function keep(store: Store, found: FoundIn, columns: readonly Column[]): Promise<Kept> {
  return readable(store, found.path, async () => {
    const bytes = await store.get(found.path);
    if (bytes === undefined) throw new Error('it is gone');
    const source = await openSource(bytes);
    const file = new ParquetWriter(source.description);
    const ranges = columns.map((column) => rangeOf(column, source.leaves));
    for (const [group, gone] of found.gone.entries()) {
      const rows = gone.reduce((sum, one) => sum + 1 - one, 0);
      if (rows === 0) continue;
      const chunks: ColumnChunk[] = [];
      for (const [i, leaf] of source.leaves.entries()) {
        const notes = ranges.filter((range) => range.leaf === i);
        chunks.push(
          await filtered(file, source.pages(group, i), leaf, gone, (values) => {
            for (const range of notes) range.note(values);
          }),
        );
      }
      file.group(rows, chunks);
    }
    return { chunks: file.finished(), stats: ranges.map((range) => range.stats(found.kept)) };
  });
}

/**
 * Puts the rows that stay into a new file beside the one that they stood in; undefined when none does. `columns`: those of
 * the table that statistics are kept of.
 */
export async function rewrite(
  store: Store,
  found: FoundIn,
  folder: Add['partitionValues'],
  columns: readonly Column[],
  modified: number,
): Promise<Add | undefined> {
  if (found.kept === 0) return undefined;
  const { chunks, stats } = await keep(store, found, columns);
  const path = [...found.path.split('/').slice(0, -1), `purged-${randomUUID()}.parquet`].join('/');
  await store.put(path, chunks);
  return addOf({ path, folder, size: sizeOf(chunks), modified, rows: found.kept, columns, stats });
}
