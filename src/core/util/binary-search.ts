/** The first whole number in [low, high) for which `isReached` holds; it must hold for all later ones. `high` if there is none. */
export function lowerBound(low: number, high: number, isReached: (at: number) => boolean): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (isReached(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
