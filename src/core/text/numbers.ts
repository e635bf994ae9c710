/** `1234567.5` as `1,234,567.5`, independent of the locale. */
export function groupDigits(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const grouped = /e/.test(whole) ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** A price for a table: at most seven significant digits. */
export function shortNumber(value: number): string {
  return groupDigits(Number(value.toPrecision(7)));
}

/** `1 row`, `1,200 rows`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${groupDigits(count)} ${count === 1 ? noun : plural}`;
