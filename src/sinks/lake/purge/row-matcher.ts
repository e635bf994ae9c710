import { lowerBound } from '../../../core/util/binary-search.ts';
import type { Selection } from '../../sink.ts';

/** Recognizes the posts to delete. */
export interface RowMatcher {
  /** The ids that may be in a file according to its `stats`; all ids when there are no statistics. */
  idsInRange(stats: string | null | undefined): readonly string[];
  /** False when the statistics exclude all posts to delete. */
  mayMatchFile(stats: string | null | undefined): boolean;
  /** Tells whether a column's value (as text) marks a post to delete; undefined for columns that identify no posts. */
  columnMatcher(column: string): ((text: string) => boolean) | undefined;
}

type Stats = Readonly<Record<'minValues' | 'maxValues', { readonly id?: unknown } | undefined>>;

export function rowMatcher({ ids, authors }: Selection): RowMatcher {
  const sorted = [...ids].sort();
  const firstAtLeast = (least: string): number => lowerBound(0, sorted.length, (at) => sorted[at]! >= least);
  const idsWithin: RowMatcher['idsInRange'] = (stats) => {
    if (stats == null) return sorted;
    const { minValues, maxValues } = JSON.parse(stats) as Stats;
    const [least, most] = [minValues?.id, maxValues?.id];
    if (typeof least !== 'string' || typeof most !== 'string') return sorted;
    const from = firstAtLeast(least);
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
    idsInRange: idsWithin,
    mayMatchFile: (stats) => authors.size > 0 || idsWithin(stats).length > 0,
    columnMatcher: (column) => (Object.hasOwn(byColumn, column) ? byColumn[column] : undefined),
  };
}
