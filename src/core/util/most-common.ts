/** The most common value, the first of equally common ones, and the fraction of all values that have it. Undefined without values. */
export function mostCommon<T>(
  values: readonly T[],
): { readonly value: T; readonly fraction: number } | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: T | undefined;
  let most = 0;
  for (const [value, count] of counts)
    if (count > most) {
      best = value;
      most = count;
    }
  return most === 0 ? undefined : { value: best as T, fraction: most / values.length };
}
