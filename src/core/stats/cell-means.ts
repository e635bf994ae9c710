import type { TimeSeries } from './ranks.ts';

/**
 * The values less the mean of their cell. A value alone in its cell becomes missing, as nothing is left of it. `used`: the
 * means that were subtracted.
 */
export function lessCellMeans(
  values: TimeSeries,
  cellOf: (at: number) => number,
): { readonly values: TimeSeries; readonly used: number } {
  const cells = new Map<number, { sum: number; count: number }>();
  values.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    const cell = cells.get(cellOf(at));
    if (cell === undefined) cells.set(cellOf(at), { sum: value, count: 1 });
    else {
      cell.sum += value;
      cell.count += 1;
    }
  });
  const rest = values.map((value, at) => {
    const cell = cells.get(cellOf(at));
    return cell === undefined || cell.count === 1 ? Number.NaN : value - cell.sum / cell.count;
  });
  return { values: rest, used: [...cells.values()].filter(({ count }) => count > 1).length };
}
