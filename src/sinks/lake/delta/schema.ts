import type { Column, ColumnType, Dataset } from '../../../market/catalog/datasets.ts';
import type { MetaData } from './actions.ts';

export type TableSchema = Pick<MetaData, 'schemaString' | 'partitionColumns'>;

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly nullable: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

const TYPES: Readonly<Record<ColumnType, unknown>> = {
  text: 'string',
  json: 'string',
  number: 'double',
  integer: 'long',
  time: 'timestamp',
  boolean: 'boolean',
  texts: { type: 'array', elementType: 'string', containsNull: true },
};

/** The folder column that is no column of the records: the UTC day of their time. */
export const DAY_COLUMN = 'date';

/** Every column may be null; a folder column that is the day comes last. */
export function tableSchema({ columns, partitionBy, dayColumn = DAY_COLUMN }: Dataset): TableSchema {
  const field = (name: string, type: unknown) => ({ name, type, nullable: true, metadata: {} });
  const fields = columns.map(({ name, type }) => field(name, TYPES[type]));
  if (partitionBy.includes(dayColumn)) fields.push(field(dayColumn, 'date'));
  return { schemaString: schemaText(fields), partitionColumns: partitionBy };
}

const schemaText = (fields: readonly Field[]): string => JSON.stringify({ type: 'struct', fields });
const fieldsOf = ({ schemaString }: TableSchema): readonly Field[] =>
  (JSON.parse(schemaString) as { readonly fields: readonly Field[] }).fields;

const COLUMN_TYPES = new Map(
  Object.entries(TYPES)
    .filter(([type]) => type !== 'json')
    .map(([type, theirs]) => [JSON.stringify(theirs), type as ColumnType]),
);

/** A table's columns as ours, by name; one of a type that we do not write as the text of its type. */
export function columnsOf(schema: TableSchema): ReadonlyMap<string, Column | string> {
  return new Map(
    fieldsOf(schema).map(({ name, type }) => {
      const ours = COLUMN_TYPES.get(JSON.stringify(type));
      return [name, ours === undefined ? typeText(type) : { name, type: ours, help: '' }];
    }),
  );
}

/** How a table takes rows of ours. */
export interface TableFit {
  /** The table's description with our new columns; undefined when it has them all. */
  readonly widened: MetaData | undefined;
  /** Columns that the table has with another type, by name: our values have no place there. */
  readonly conflicts: ReadonlyMap<string, string>;
  /** Columns of ours that must not be null there. */
  readonly required: ReadonlySet<string>;
  /** Why it takes none at all; undefined when it does. */
  readonly refusal: string | undefined;
}

/** Columns of the table that we lack are null in our rows. */
export function fitTable(ours: TableSchema, theirs: MetaData): TableFit {
  const known = new Map(fieldsOf(theirs).map((field) => [field.name, field]));
  const wanted = fieldsOf(ours);
  const conflicts = new Map<string, string>();
  for (const { name, type } of wanted) {
    const there = known.get(name);
    if (there !== undefined && !isSameType(there.type, type)) conflicts.set(name, typeText(there.type));
  }
  const fresh = wanted.filter(({ name }) => !known.has(name));
  const widened =
    fresh.length > 0 ? { ...theirs, schemaString: schemaText([...fieldsOf(theirs), ...fresh]) } : undefined;
  const demanded = new Set(
    wanted.map(({ name }) => name).filter((name) => known.get(name)?.nullable === false),
  );
  return { widened, conflicts, required: demanded, refusal: refusal(ours, theirs, wanted, conflicts) };
}

function refusal(
  ours: TableSchema,
  theirs: MetaData,
  wanted: readonly Field[],
  conflicts: ReadonlyMap<string, string>,
): string | undefined {
  if (ours.partitionColumns.join() !== theirs.partitionColumns.join())
    return `has its folders by ${theirs.partitionColumns.join() || 'nothing'}, not by ${ours.partitionColumns.join() || 'nothing'}`;
  const folder = ours.partitionColumns.find((name) => conflicts.has(name));
  if (folder !== undefined) return `has ${conflicts.get(folder)} in the folder column ${folder}`;
  const names = new Set(wanted.map(({ name }) => name));
  // Delta tells no case apart: with both of them no reader could open the table.
  const byLetters = new Map(wanted.map(({ name }) => [name.toLowerCase(), name]));
  const other = fieldsOf(theirs).find(({ name }) => (byLetters.get(name.toLowerCase()) ?? name) !== name);
  if (other !== undefined)
    return `has the column ${other.name} where we have ${byLetters.get(other.name.toLowerCase())}, which is the same to Delta`;
  const demanded = fieldsOf(theirs).find(
    ({ name, nullable, metadata = {} }) =>
      'delta.invariants' in metadata || (!nullable && (!names.has(name) || conflicts.has(name))),
  );
  if (demanded !== undefined) return `demands values of the column ${demanded.name} that we cannot promise`;
  return undefined;
}

const typeText = (type: unknown): string => (typeof type === 'string' ? type : JSON.stringify(type));
const isSameType = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
