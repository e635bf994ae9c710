import type { Json } from '../util/json.ts';

/** How to read a field: its whole value, or some fields of an object or of the objects in a list. */
export type FieldPart = 'whole' | Fields | readonly [Fields];

/** The fields of an object to read; all others are left out. */
export interface Fields {
  readonly parts: Readonly<Record<string, FieldPart>>;
  /** Makes the object of the values, in the order of `parts`: objects of one layout are made and read several times as fast. */
  readonly make: (values: readonly unknown[]) => Json;
}

/** What the reader looks up while it reads the fields of an object. */
export interface FieldPlan {
  /** The names in UTF-8. */
  readonly codes: readonly Uint8Array[];
  /** The fields of the value, if only some are read. */
  readonly parts: readonly (FieldPlan | undefined)[];
  readonly isList: readonly boolean[];
  readonly make: Fields['make'];
  /** The values of the object that is being read. One object is read at a time: no plan contains itself. */
  readonly values: unknown[];
  /** Index of a name by its hash; -1 for none. */
  readonly table: Int8Array;
  readonly factor: number;
}

const TABLE = 256;
const hashOf = (length: number, first: number, last: number, factor: number): number =>
  (length * 31 + first * factor + last * 7) & (TABLE - 1);

/** Throws RangeError for names that it cannot tell apart. */
function tableOf(codes: readonly Uint8Array[]): Pick<FieldPlan, 'table' | 'factor'> {
  for (let factor = 1; factor < TABLE; factor++) {
    const table = new Int8Array(TABLE).fill(-1);
    const isFree = codes.every((code, index) => {
      const hash = hashOf(code.length, code[0]!, code.at(-1)!, factor);
      const free = table[hash] === -1;
      table[hash] = index;
      return free;
    });
    if (isFree) return { table, factor };
  }
  throw new RangeError('two of the names have the same length and ends');
}

export function planOf(fields: Fields): FieldPlan {
  const names = Object.keys(fields.parts);
  const parts = Object.values(fields.parts);
  const codes = names.map((name) => new TextEncoder().encode(name));
  return {
    codes,
    parts: parts.map((part) =>
      part === 'whole' ? undefined : planOf(Array.isArray(part) ? part[0] : (part as Fields)),
    ),
    isList: parts.map((part) => Array.isArray(part)),
    make: fields.make,
    values: names.map(() => undefined),
    ...tableOf(codes),
  };
}

/** The index of the name from here to there; -1 if it is not read. */
export function indexOf(
  { table, factor, codes }: FieldPlan,
  bytes: Uint8Array,
  from: number,
  end: number,
): number {
  const length = end - from;
  if (length === 0) return -1;
  const index = table[hashOf(length, bytes[from]!, bytes[end - 1]!, factor)]!;
  if (index < 0) return -1;
  const code = codes[index]!;
  if (code.length !== length) return -1;
  for (let i = 0; i < length; i++) if (code[i] !== bytes[from + i]) return -1;
  return index;
}
