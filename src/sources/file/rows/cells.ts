import { InvalidRecord } from '../../../core/stream/record.ts';
import { isObject, parseExact } from '../../../core/util/json.ts';
import type { Cell, Row } from '../../../market/prices/table.ts';
import { splitCells } from './csv.ts';
import type { FileKind } from './kind.ts';

/** A JSON value that is a row: an array of cells, or an object. Throws InvalidRecord. */
export function parseRow(text: string): readonly unknown[] | Readonly<Record<string, unknown>> {
  const value = parseExact(text);
  if (Array.isArray(value) || isObject(value)) return value;
  throw new InvalidRecord('not a JSON object');
}

/** Gives the cells of a row's text. */
export interface TextCells {
  /** Throws InvalidRecord. */
  read(text: string): Row;
  /** Fields of the last row, a JSON object, that are arrays or objects: no cells, but they may pass with a quote. */
  readonly nested: Readonly<Record<string, unknown>> | undefined;
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;
const asCell = (value: unknown): Cell => (isNested(value) ? undefined : (value as Cell));

const ARRAYS: TextCells = {
  read: (text) => {
    const value = parseRow(text);
    if (!Array.isArray(value)) throw new InvalidRecord('a JSON object among arrays');
    return value.map(asCell);
  },
  nested: undefined,
};

class ObjectReader implements TextCells {
  readonly #names: readonly string[];
  nested: Record<string, unknown> | undefined;

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  read(text: string): Row {
    const value = parseRow(text);
    if (Array.isArray(value)) throw new InvalidRecord('not a JSON object');
    this.nested = undefined;
    return this.#names.map((name) => {
      const cell = (value as Readonly<Record<string, unknown>>)[name];
      if (!isNested(cell)) return cell as Cell;
      this.nested ??= {};
      this.nested[name] = cell;
      return undefined;
    });
  }
}

/** `names`: those of the columns where rows are objects. */
export function textCells(kind: FileKind, names: readonly string[] | undefined): TextCells {
  if (kind.kind === 'csv') {
    const { delimiter } = kind;
    return { read: (text) => splitCells(text, delimiter), nested: undefined };
  }
  return names === undefined ? ARRAYS : new ObjectReader(names);
}
