import { type ColumnIndexes, FIELDS, type PriceField, simplify } from './fields.ts';

/** Names of columns for a message. */
export const listed = (names: readonly string[]): string =>
  names
    .map((name) => name.trim().slice(0, 40))
    .slice(0, 20)
    .join(',') || 'no names';

/** The index of a column by its name, or by its number from 1; -1 if there is none. */
function indexOf(reference: string, names: readonly string[], width: number): number {
  const named = names.findIndex((name) => name.trim() === reference.trim());
  if (named !== -1) return named;
  const simple = simplify(reference);
  const similar = simple === '' ? -1 : names.map(simplify).indexOf(simple);
  if (similar !== -1) return similar;
  return /^\d{1,4}$/.test(reference) && Number(reference) <= width ? Number(reference) - 1 : -1;
}

/**
 * The columns that `--columns` tells: our name -> the file's name or number. `names`: none if the file has no header.
 */
export function wishedColumns(
  wished: Readonly<Record<string, string>>,
  names: readonly string[],
  width: number,
): { readonly columns: ColumnIndexes; readonly problems: readonly string[] } {
  const columns: Partial<Record<PriceField, number>> = {};
  const problems: string[] = [];
  const found = names.length === 0 ? `1 to ${width}` : listed(names);
  for (const [name, reference] of Object.entries(wished)) {
    const field = FIELDS.find((one) => simplify(one) === simplify(name));
    const at = indexOf(reference, names, width);
    if (field === undefined) problems.push(`--columns: ${name} is none of ${FIELDS.join(', ')}`);
    else if (at === -1)
      problems.push(`--columns ${name}=${reference}: there is no such column; the file has ${found}`);
    else columns[field] = at;
  }
  return { columns, problems };
}
