/** `1234567.5` as `1,234,567.5`, independent of the locale. */
export function groupDigits(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const grouped = /e/.test(whole) ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Digits that a number on a screen keeps: six significant ones, or two decimals if that is more. */
const SIGNIFICANT = 6;
const DECIMALS = 2;
/** The most that `toFixed` takes. */
const MOST_DECIMALS = 100;

/** A number for people: `105,849.31`, `0.0000123457`. Never for data. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) return String(value);
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.min(Math.max(SIGNIFICANT - 1 - exponent, DECIMALS), MOST_DECIMALS);
  const [whole = '', fraction = ''] = value.toFixed(decimals).split('.');
  const kept = fraction.replace(/0+$/, '');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${kept === '' ? '' : `.${kept}`}`;
}

/** `1 row`, `1,200 rows`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${groupDigits(count)} ${count === 1 ? noun : plural}`;
