import type { StoredPage, StoredValue } from '../pages.ts';
import type { ParquetSource, StoredLeaf } from '../source.ts';
import type { NestedField, NestedFields } from './nested.ts';

/** An entry of a column: a value, or the definition level of an absent one. */
interface Entry {
  readonly level: number;
  readonly value: StoredValue | undefined;
}

/** Returns the next row's value; undefined if absent. */
type Reader = () => unknown;

const MANY: ReadonlySet<string> = new Set(['list', 'map'] satisfies NestedField[]);

/** The entries of a column, row by row. */
function* rowsOf(
  pages: Iterable<StoredPage>,
  { definition: whole }: StoredLeaf,
): Generator<readonly Entry[]> {
  let row: Entry[] | undefined;
  for (const { count, repetition, definition, values } of pages)
    for (let i = 0, at = 0; i < count; i++) {
      const level = definition.length === 0 ? whole : definition[i]!;
      const entry = { level, value: level === whole ? values[at++] : undefined };
      if (row !== undefined && repetition.length > 0 && repetition[i] !== 0) row.push(entry);
      else {
        if (row !== undefined) yield row;
        row = [entry];
      }
    }
  if (row !== undefined) yield row;
}

/** Decodes texts, and 64-bit integers as numbers, since the log has none above 2^53. */
const plain = (value: StoredValue): unknown => {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.length).toString()
    : value;
};

/**
 * The rows of a row group as objects of these fields; the inverse of shredNested. Omits absent fields and empty groups.
 * Reads page by page, whatever the size of the group. Throws Error.
 */
export function* unnest(
  fields: NestedFields,
  source: ParquetSource,
  group: number,
): Generator<Readonly<Record<string, unknown>>> {
  const { leaves } = source;
  // Empty lists and maps count as nulls, too.
  const isNull = (i: number, { repetition }: StoredLeaf) => repetition === 0 && source.isNull(group, i);

  /** The entries of each column below a path, and the definition level at which the path is present. */
  function below(path: readonly string[]) {
    const found = [...leaves.entries()].filter(
      ([i, leaf]) => path.every((name, at) => leaf.path[at] === name) && !isNull(i, leaf),
    );
    const rows = found.map(([i, leaf]) => rowsOf(source.pages(group, i), leaf));
    return { level: found[0]?.[1].levels[path.length - 1], rows };
  }

  function single(path: readonly string[]): Reader | undefined {
    const [rows] = below(path).rows;
    if (rows === undefined) return undefined;
    return () => {
      const [{ value } = { value: undefined }] = rows.next().value as readonly Entry[];
      return value === undefined ? undefined : plain(value);
    };
  }

  /** Lists and maps: `make` gets the elements of each column, null for absent values. */
  function many(
    path: readonly string[],
    make: (columns: readonly unknown[][]) => unknown,
  ): Reader | undefined {
    const { level = 0, rows } = below(path);
    if (rows.length === 0) return undefined;
    return () => {
      const columns = rows.map((one) => one.next().value as readonly Entry[]);
      const first = columns[0]![0]!.level;
      if (first < level) return undefined;
      const elements = (entries: readonly Entry[]) =>
        first === level ? [] : entries.map(({ value }) => (value === undefined ? null : plain(value)));
      return make(columns.map(elements));
    };
  }

  function members(inner: NestedFields, path: readonly string[]): Reader | undefined {
    const readers = Object.entries(inner).flatMap(([name, field]) => {
      const read = reader(field, [...path, name]);
      return read === undefined ? [] : [[name, read] as const];
    });
    // A group that is there has at least one of its plain fields.
    const isPlain = (name: string) => typeof inner[name] === 'string' && !MANY.has(inner[name]);
    const isThere = path.length === 0 ? readers.length > 0 : readers.some(([name]) => isPlain(name));
    if (!isThere) return undefined;
    return () => {
      let made: Record<string, unknown> | undefined;
      for (const [name, read] of readers) {
        const value = read();
        if (value === undefined) continue;
        made ??= {};
        made[name] = value;
      }
      return made;
    };
  }

  function reader(field: NestedField, path: readonly string[]): Reader | undefined {
    if (field === 'list') return many(path, ([elements]) => elements);
    if (field === 'map')
      return many(path, ([keys = [], values = []]) =>
        Object.fromEntries(keys.map((key, i) => [key, values[i] ?? null])),
      );
    return typeof field === 'string' ? single(path) : members(field, path);
  }

  const read = members(fields, []);
  if (read === undefined) return;
  for (let i = 0; i < source.groups[group]!; i++) yield (read() ?? {}) as Readonly<Record<string, unknown>>;
}
