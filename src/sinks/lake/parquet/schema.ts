/** `Type` and `ConvertedType` of parquet.thrift. */
const PHYSICAL = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  INT96: 3,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
} as const;
const CONVERTED = { UTF8: 0, MAP: 1, LIST: 3, TIMESTAMP_MILLIS: 9 } as const;
const REPETITION = { required: 0, optional: 1, repeated: 2 } as const;

export type Physical = keyof typeof PHYSICAL;
export type ConvertedType = keyof typeof CONVERTED;

/** A field of a schema: a value of a type, or a group of others. */
export interface Field {
  readonly name: string;
  readonly repetition: keyof typeof REPETITION;
  readonly type?: Physical;
  readonly converted?: ConvertedType;
  readonly fields?: readonly Field[];
}

/** A column: a field that is not a group, with the maximum levels of its values. */
export interface Leaf {
  readonly path: readonly string[];
  readonly type: Physical;
  readonly definition: number;
  readonly repetition: number;
}

/** An entry of a schema in Parquet's depth-first list. */
export interface Element {
  readonly name: string;
  readonly repetition: number;
  readonly type: number | undefined;
  readonly converted: number | undefined;
  readonly children: number | undefined;
}

export interface Schema {
  /** Number of top-level fields. */
  readonly width: number;
  readonly elements: readonly Element[];
  readonly leaves: readonly Leaf[];
}

export const typeCode = (type: Physical): number => PHYSICAL[type];

export function schemaOf(fields: readonly Field[]): Schema {
  const elements: Element[] = [];
  const leaves: Leaf[] = [];
  const visit = (field: Field, above: Omit<Leaf, 'type'>): void => {
    const { name, type, converted, repetition: how } = field;
    elements.push({
      name,
      repetition: REPETITION[how],
      type: type && PHYSICAL[type],
      converted: converted && CONVERTED[converted],
      children: field.fields?.length,
    });
    const here = {
      path: [...above.path, name],
      definition: above.definition + (how === 'required' ? 0 : 1),
      repetition: above.repetition + (how === 'repeated' ? 1 : 0),
    };
    if (type !== undefined) leaves.push({ ...here, type });
    for (const inner of field.fields ?? []) visit(inner, here);
  };
  for (const field of fields) visit(field, { path: [], definition: 0, repetition: 0 });
  return { width: fields.length, elements, leaves };
}
