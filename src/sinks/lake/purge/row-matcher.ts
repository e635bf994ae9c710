import { lowerBound } from '../../../core/util/binary-search.ts';
import type { Selection } from '../../sink.ts';

/** Finds the posts that are to go. */
export interface RowMatcher {
  /** The ids that may be in a file, by its `stats`; all without statistics. */
  idsWithin(stats: string | null | undefined): readonly string[];
  /** False for a file whose statistics exclude all posts that are sought. */
  mayBeIn(stats: string | null | undefined): boolean;
  /** Whether a column's value, as text, is of a post that is to go; undefined for a column that does not tell. */
  soughtIn(column: string): ((text: string) => boolean) | undefined;
}

type Stats = Readonly<Record<'minValues' | 'maxValues', { readonly id?: unknown } | undefined>>;

export function rowMatcher({ ids, authors }: Selection): RowMatcher {
  const sorted = [...ids].sort();
  /** The place of the first id that is not below this one. */
  const placeOf = (least: string): number => lowerBound(0, sorted.length, (at) => sorted[at]! >= least);
  const idsWithin: RowMatcher['idsWithin'] = (stats) => {
    if (stats == null) return sorted;
    const { minValues, maxValues } = JSON.parse(stats) as Stats;
    const [least, most] = [minValues?.id, maxValues?.id];
    if (typeof least !== 'string' || typeof most !== 'string') return sorted;
    const from = placeOf(least);
    let to = from;
    while (to < sorted.length && sorted[to]! <= most) to++;
    return sorted.slice(from, to);
  };
  const byColumn: Readonly<Record<string, (text: string) => boolean>> = {
    ...(ids.size > 0 ? { id: (text: string) => ids.has(text) } : {}),
    ...(authors.size > 0
      ? {
          author_id: (text: string) => authors.has(text),
          username: (text: string) => authors.has(text.toLowerCase()),
        }
      : {}),
  };
  return {
    idsWithin,
    mayBeIn: (stats) => authors.size > 0 || idsWithin(stats).length > 0,
    soughtIn: (column) => (Object.hasOwn(byColumn, column) ? byColumn[column] : undefined),
  };
}
