/** Values at regular times; NaN where one is missing. */
export type TimeSeries = Float64Array;

/** Ranks from 1; equal values get the average of their ranks. NaN stays NaN. */
export function averageRanks(values: TimeSeries): TimeSeries {
  const present = [...values.keys()].filter((at) => !Number.isNaN(values[at]!));
  const order = Uint32Array.from(present).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]!] === values[order[first]!]) end += 1;
    // The mean of first+1 ... end.
    for (let at = first; at < end; at++) ranks[order[at]!] = (first + 1 + end) / 2;
    first = end;
  }
  return ranks;
}
