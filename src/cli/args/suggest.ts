/** Number of edits between two words; swapping neighbours is one edit (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** A prefix of at least this many letters suggests the whole word. */
const LEAST_PREFIX = 3;
/** Words that differ in a larger share of their letters are unrelated. */
const MOST_WRONG = 0.4;

/** The closest candidate; undefined if none is close. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const bare = (text: string) => text.toLowerCase().replace(/^--?/, '');
  const input = bare(word);
  let best: { readonly name: string; readonly wrong: number } | undefined;
  for (const name of candidates) {
    const candidate = bare(name);
    const prefix = input.length >= LEAST_PREFIX && candidate.startsWith(input);
    const wrong = prefix
      ? MOST_WRONG
      : editDistance(input, candidate) / Math.max(input.length, candidate.length);
    if (wrong <= MOST_WRONG && (best === undefined || wrong < best.wrong)) best = { name, wrong };
  }
  return best?.name;
}

/** `; did you mean candles?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = suggest(word, candidates);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

/** Message for an unknown name: `no source 'smaple'; did you mean sample?`, or all the names. */
export const unknownName = (noun: string, name: string, names: readonly string[]): string =>
  `no ${noun} '${name}'${didYouMean(name, names) || `; choose from ${names.join(', ')}`}`;

/** Accepts one of these names. The function throws RangeError for any other. */
export const oneOfNames =
  (noun: string, names: readonly string[]): ((name: string) => string) =>
  (name) => {
    if (names.includes(name)) return name;
    throw new RangeError(unknownName(noun, name, names));
  };
