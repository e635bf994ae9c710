/** `1234567.5` as `1,234,567.5`; the same on every machine. */
export function groupDigits(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const grouped = /e/.test(whole) ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** A price short enough for a table: at most six digits after the first that counts. */
export function shortNumber(value: number): string {
  return groupDigits(Number(value.toPrecision(7)));
}

/** `1 row`, `1,200 rows`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${groupDigits(count)} ${count === 1 ? noun : plural}`;
