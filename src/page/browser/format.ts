import { groupDigits, shortNumber } from '../../core/text/numbers.ts';
import { DAY, formatTime, HOUR, MINUTE, type Millis, SECOND } from '../../core/util/time.ts';

/** Stands for no value. */
export const NO_VALUE = '–';
const MINUS = '−';

export const priceText = (value: number | null | undefined): string =>
  value === null || value === undefined ? NO_VALUE : shortNumber(value);

/** `+0.81`, `−0.04`. */
export function scoreText(score: number | null | undefined): string {
  if (score === null || score === undefined) return NO_VALUE;
  const text = Math.abs(score).toFixed(2);
  return text === '0.00' ? text : `${score < 0 ? MINUS : '+'}${text}`;
}

export const percentText = (part: number): string =>
  `${part < 0 ? MINUS : '+'}${Math.abs(part * 100).toFixed(2)} %`;

const UNITS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** `2.41 T`; below a thousand, up to three digits. */
export function compactNumber(value: number): string {
  const [size, unit] = UNITS.find(([least]) => Math.abs(value) >= least) ?? [1, ''];
  const scaled = Number((value / size).toPrecision(3));
  return `${Math.abs(scaled) >= 1000 ? groupDigits(Math.round(value / size)) : scaled}${unit === '' ? '' : `\u202f${unit}`}`;
}

/** `2025-06-02 23:50`, UTC. */
export const minuteText = (time: Millis): string => formatTime(time).slice(0, 16).replace('T', ' ');
/** `23:50:07`, UTC. */
export const clockText = (time: Millis): string => formatTime(time).slice(11, 19);

/** `12 s`, `3 min`, `2 h`, `5 d`. */
export function ageText(age: Millis): string {
  const span = Math.max(0, age);
  if (span < 2 * MINUTE) return `${Math.floor(span / SECOND)}\u202fs`;
  if (span < 2 * HOUR) return `${Math.floor(span / MINUTE)}\u202fmin`;
  return span < 2 * DAY ? `${Math.floor(span / HOUR)}\u202fh` : `${Math.floor(span / DAY)}\u202fd`;
}

export const tone = (value: number | null | undefined): 'up' | 'down' | 'flat' =>
  value === null || value === undefined || Math.abs(value) < 0.005 ? 'flat' : value > 0 ? 'up' : 'down';
