/** The first whole number from `low` up to `high` that is reached, and with it all after it; `high` when none is. */
export function lowerBound(low: number, high: number, isReached: (at: number) => boolean): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (isReached(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
