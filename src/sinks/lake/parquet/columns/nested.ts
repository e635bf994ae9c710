import type { Levels } from '../levels.ts';

/** A field of a group: a plain type, a list or map of texts, or a nested group. Each may be absent. */
export type NestedField = 'UTF8' | 'INT32' | 'INT64' | 'BOOLEAN' | 'list' | 'map' | NestedFields;
export interface NestedFields {
  readonly [name: string]: NestedField;
}

/** Writes a value at a repetition level; `level`: the definition level when it is absent. */
type Writer = (value: unknown, repetition: number, level: number) => void;

interface Column extends Levels {
  readonly values: unknown[];
  readonly repetition: number[];
  readonly definition: number[];
}

function put({ values, repetition, definition }: Column, at: number, level: number, value?: unknown): void {
  repetition.push(at);
  definition.push(level);
  if (value !== undefined) values.push(value);
}

/** Shreds nested rows into columns by path, such as `add.partitionValues.key_value.key`, with the levels of the Dremel paper. */
export function shredNested(
  fields: NestedFields,
  rows: readonly Readonly<Record<string, unknown>>[],
): ReadonlyMap<string, Levels> {
  const columns = new Map<string, Column>();
  const column = (path: string): Column => {
    const made = { values: [], repetition: [], definition: [] };
    columns.set(path, made);
    return made;
  };

  function plain(path: string): Writer {
    const leaf = column(path);
    return (value, at, level) =>
      value === null || value === undefined ? put(leaf, at, level) : put(leaf, at, level + 1, value);
  }

  function list(path: string): Writer {
    const element = column(`${path}.list.element`);
    return (value, at, level) => {
      const parts = value as readonly (string | null)[] | null | undefined;
      if (!parts || parts.length === 0) return put(element, at, parts ? level + 1 : level);
      for (const [i, part] of parts.entries())
        put(element, i === 0 ? at : 1, part === null ? level + 2 : level + 3, part ?? undefined);
    };
  }

  function map(path: string): Writer {
    const [key, content] = [column(`${path}.key_value.key`), column(`${path}.key_value.value`)];
    return (value, at, level) => {
      const entries = value ? Object.entries(value as Readonly<Record<string, string | null>>) : [];
      if (entries.length === 0) for (const one of [key, content]) put(one, at, value ? level + 1 : level);
      for (const [i, [name, text]] of entries.entries()) {
        put(key, i === 0 ? at : 1, level + 2, name);
        put(content, i === 0 ? at : 1, text === null ? level + 2 : level + 3, text ?? undefined);
      }
    };
  }

  function group(path: string, inner: NestedFields): Writer {
    const members = Object.entries(inner).map(
      ([name, field]) => [name, writer(`${path}.${name}`, field)] as const,
    );
    return (value, at, level) => {
      const there = value as Readonly<Record<string, unknown>> | null | undefined;
      for (const [name, write] of members)
        if (there) write(there[name], at, level + 1);
        else write(undefined, at, level);
    };
  }

  function writer(path: string, field: NestedField): Writer {
    if (field === 'list') return list(path);
    if (field === 'map') return map(path);
    return typeof field === 'string' ? plain(path) : group(path, field);
  }

  const writers = Object.entries(fields).map(([name, field]) => [name, writer(name, field)] as const);
  for (const row of rows) for (const [name, write] of writers) write(row[name], 0, 0);
  return columns;
}
