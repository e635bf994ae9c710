import { randomUUID } from 'node:crypto';
import { setImmediate as yieldTurn } from 'node:timers/promises';
import { UserError } from '../../../core/errors.ts';
import type { Column } from '../../../market/catalog/columns.ts';
import { type Add, addOf } from '../delta/actions.ts';
import { rangeCollector } from '../delta/range.ts';
import type { ColumnStats } from '../parquet/columns/shred.ts';
import { type ColumnChunk, ParquetWriter } from '../parquet/file.ts';
import { filterColumn } from '../parquet/filter.ts';
import { openParquet, type ParquetSource } from '../parquet/source.ts';
import { sizeOf, type TableStore } from '../store/store.ts';
import type { RowMatcher } from './row-matcher.ts';

/** A file that contains posts to delete. */
export interface MatchedFile {
  /** Key below the table. */
  readonly path: string;
  /** Rows to delete, and rows to keep. */
  readonly rows: number;
  readonly kept: number;
  /** By row group: 1 for each row to delete. */
  readonly deleted: readonly Uint8Array[];
}

/** Concerns one file; the rest of the table can still be processed. */
const invalidFile = (store: TableStore, path: string, cause: unknown): UserError =>
  new UserError(
    'damaged',
    `${store.url}/${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
    'Rewrite it without the posts, using the engine that wrote it; then purge again.',
    false,
    { cause },
  );

/** Runs work on one file's content; its failures become UserError `damaged` with the name of the file. */
export async function orInvalidFile<T>(store: TableStore, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UserError ? error : invalidFile(store, path, error);
  }
}

/**
 * Undefined for a file without posts to delete. `folder`: values of its folder columns. Throws UserError `damaged` for a
 * file that cannot be read.
 */
export function findRows(
  store: TableStore,
  path: string,
  bytes: Uint8Array,
  folder: Add['partitionValues'],
  matcher: RowMatcher,
): Promise<MatchedFile | undefined> {
  return orInvalidFile(store, path, async () => {
    const source = await openParquet(bytes);
    const folderMatches = Object.entries(folder).some(([name, value]) =>
      matcher.columnMatcher(name)?.(value ?? ''),
    );
    const deleted: Uint8Array[] = [];
    for (const [group, count] of source.groups.entries()) {
      const marks = new Uint8Array(count).fill(folderMatches ? 1 : 0);
      for (const [i, { path: names }] of source.leaves.entries()) {
        const matches = names.length === 1 ? matcher.columnMatcher(names[0]!) : undefined;
        if (matches !== undefined) await flagRows(marks, source, group, i, matches);
      }
      deleted.push(marks);
    }
    const total = source.groups.reduce((sum, count) => sum + count, 0);
    const rows = deleted.reduce((sum, marks) => sum + marks.reduce((ones, one) => ones + one, 0), 0);
    return rows === 0 ? undefined : { path, rows, kept: total - rows, deleted };
  });
}

async function flagRows(
  marks: Uint8Array,
  source: ParquetSource,
  group: number,
  leaf: number,
  matches: (text: string) => boolean,
): Promise<void> {
  const { definition: present } = source.leaves[leaf]!;
  let row = 0;
  for (const { count, definition, values } of source.pages(group, leaf)) {
    for (let i = 0, at = 0; i < count; i++, row++) {
      if (definition.length > 0 && definition[i] !== present) continue;
      const value = values[at++]!;
      if (matches(value instanceof Uint8Array ? Buffer.from(value).toString() : String(value)))
        marks[row] = 1;
    }
    await yieldTurn();
  }
}

/** The rows to keep as a new file with every value as it was stored, and the statistics of some columns. */
export interface RemainingRows {
  readonly chunks: readonly Uint8Array[];
  readonly stats: readonly ColumnStats[];
}

/** Throws UserError `damaged` for a file that cannot be read. */
export function encodeRemaining(
  store: TableStore,
  match: MatchedFile,
  columns: readonly Column[],
): Promise<RemainingRows> {
  return orInvalidFile(store, match.path, async () => {
    const bytes = await store.get(match.path);
    if (bytes === undefined) throw new Error('it was deleted');
    const source = await openParquet(bytes);
    const file = new ParquetWriter(source.description);
    const ranges = columns.map((column) => rangeCollector(column, source.leaves));
    for (const [group, deleted] of match.deleted.entries()) {
      const rows = deleted.reduce((sum, one) => sum + 1 - one, 0);
      if (rows === 0) continue;
      const chunks: ColumnChunk[] = [];
      for (const [i, leaf] of source.leaves.entries()) {
        const leafRanges = ranges.filter((range) => range.leaf === i);
        chunks.push(
          await filterColumn(file, source.pages(group, i), leaf, deleted, (values) => {
            for (const range of leafRanges) range.add(values);
          }),
        );
      }
      file.addRowGroup(rows, chunks);
    }
    return { chunks: file.finish(), stats: ranges.map((range) => range.stats(match.kept)) };
  });
}

/**
 * Stores the rows to keep as a new file beside the old one; undefined when none remain. `columns`: the table's columns
 * that have statistics.
 */
export async function rewrite(
  store: TableStore,
  match: MatchedFile,
  folder: Add['partitionValues'],
  columns: readonly Column[],
  modified: number,
): Promise<Add | undefined> {
  if (match.kept === 0) return undefined;
  const { chunks, stats } = await encodeRemaining(store, match, columns);
  const path = [...match.path.split('/').slice(0, -1), `purged-${randomUUID()}.parquet`].join('/');
  await store.put(path, chunks);
  return addOf({ path, folder, size: sizeOf(chunks), modified, rows: match.kept, columns, stats });
}
