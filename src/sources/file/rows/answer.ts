import { isObject } from '../../../core/util/json.ts';

/** A list of rows inside an object, as services answer it. */
export interface ListInside {
  /** As jq has it: `.result.XXBTZUSD`. */
  readonly path: string;
  readonly length: number;
}

const isRow = (value: unknown): boolean => typeof value === 'object' && value !== null;
const step = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;

/** The lists of objects or arrays in an object and the objects in it; lists of single values and empty ones are none. */
export function listsInside(value: unknown, path = ''): ListInside[] {
  if (Array.isArray(value))
    return value.length > 0 && value.every(isRow) ? [{ path, length: value.length }] : [];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, part]) => listsInside(part, path + step(name)));
}

/** How the rows of one of several lists are taken out. `file`: as a shell takes it. */
export const takeOut = (lists: readonly ListInside[], file: string): string =>
  `its rows are in ${lists.map(({ path }) => path).join(', ')}: take one list out, as jq -c '${lists[0]!.path}[]' ${file} | cryptopipe ... --file -`;
