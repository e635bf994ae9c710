/** A reason without what differs from row to row, so that rejects are counted by it. */
export const reasonOf = (why: string): string =>
  why
    .replace(/'[^']*'/g, "'...'")
    .replace(/"[^"]*"/g, '"..."')
    .replace(/\d[\d.,:TZe+-]*/g, 'N')
    .slice(0, 120);
