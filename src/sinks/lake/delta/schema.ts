import type { Column, ColumnType } from '../../../market/catalog/columns.ts';
import type { Dataset } from '../../../market/catalog/datasets.ts';
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

/** The folder column that records lack: the UTC day of their time. */
export const DAY_COLUMN = 'date';

/** Every column is nullable; the day column comes last. */
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

/** A table's columns by name: as our columns, or the name of a type that we do not write. */
export function columnsOf(schema: TableSchema): ReadonlyMap<string, Column | string> {
  return new Map(
    fieldsOf(schema).map(({ name, type }) => {
      const ours = COLUMN_TYPES.get(JSON.stringify(type));
      return [name, ours === undefined ? typeText(type) : { name, type: ours, help: '' }];
    }),
  );
}

/** The types of a table's columns by name, in Delta's words: string, long, array<string>. */
export const tableTypes = (schema: TableSchema): ReadonlyMap<string, string> =>
  new Map(
    fieldsOf(schema).map(({ name, type }) => {
      const { elementType } = type as { readonly elementType?: unknown };
      return [name, elementType === undefined ? typeText(type) : `array<${typeText(elementType)}>`];
    }),
  );

/** How our rows fit a table. */
export interface TableFit {
  /** The table's metadata with our new columns added; undefined when it has them all. */
  readonly widened: MetaData | undefined;
  /** Our columns that the table has with another type, by name; values for them are refused. */
  readonly conflicts: ReadonlyMap<string, string>;
  /** Our columns that the table declares NOT NULL. */
  readonly required: ReadonlySet<string>;
  /** Why the table cannot take our rows at all; undefined when it can. */
  readonly refusal: string | undefined;
}

/** Columns that only the table has are null in our rows. */
export function fitTable(ours: TableSchema, theirs: MetaData): TableFit {
  const known = new Map(fieldsOf(theirs).map((field) => [field.name, field]));
  const ourFields = fieldsOf(ours);
  const conflicts = new Map<string, string>();
  for (const { name, type } of ourFields) {
    const there = known.get(name);
    if (there !== undefined && !isSameType(there.type, type)) conflicts.set(name, typeText(there.type));
  }
  const fresh = ourFields.filter(({ name }) => !known.has(name));
  const widened =
    fresh.length > 0 ? { ...theirs, schemaString: schemaText([...fieldsOf(theirs), ...fresh]) } : undefined;
  const required = new Set(
    ourFields.map(({ name }) => name).filter((name) => known.get(name)?.nullable === false),
  );
  return { widened, conflicts, required, refusal: refusal(ours, theirs, ourFields, conflicts) };
}

function refusal(
  ours: TableSchema,
  theirs: MetaData,
  wanted: readonly Field[],
  conflicts: ReadonlyMap<string, string>,
): string | undefined {
  if (ours.partitionColumns.join() !== theirs.partitionColumns.join())
    return `is partitioned by ${theirs.partitionColumns.join() || 'nothing'}, not by ${ours.partitionColumns.join() || 'nothing'}`;
  const folder = ours.partitionColumns.find((name) => conflicts.has(name));
  if (folder !== undefined) return `has type ${conflicts.get(folder)} for the folder column ${folder}`;
  const names = new Set(wanted.map(({ name }) => name));
  // Delta ignores case: with both columns no reader could open the table.
  const byLowerCase = new Map(wanted.map(({ name }) => [name.toLowerCase(), name]));
  const other = fieldsOf(theirs).find(({ name }) => (byLowerCase.get(name.toLowerCase()) ?? name) !== name);
  if (other !== undefined)
    return `has the column ${other.name} where we have ${byLowerCase.get(other.name.toLowerCase())}, and Delta ignores case`;
  const required = fieldsOf(theirs).find(
    ({ name, nullable, metadata = {} }) =>
      'delta.invariants' in metadata || (!nullable && (!names.has(name) || conflicts.has(name))),
  );
  if (required !== undefined)
    return `requires values of the column ${required.name} that we cannot guarantee`;
  return undefined;
}

const typeText = (type: unknown): string => (typeof type === 'string' ? type : JSON.stringify(type));
const isSameType = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
