import { shortNumber } from '../../core/text/numbers.ts';

export interface ChartSize {
  /** In characters, without labels. */
  readonly width: number;
  readonly height: number;
}

/** The dots of a braille character (two wide, four high) as bits, by row and column. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const BRAILLE = 0x2800;
/** Vertical middle of a character, in dots from its top dot. */
const MIDDLE_DOT = 1.5;

interface Extent {
  readonly low: number;
  readonly high: number;
}

const extentOf = (values: readonly number[]): Extent => ({
  low: values.reduce((a, b) => Math.min(a, b)),
  high: values.reduce((a, b) => Math.max(a, b)),
});

/** The range of values in each of `columns` dot columns. Every value falls into a column, so no spike is lost. */
function spread(values: readonly number[], columns: number): Extent[] {
  const step = (values.length - 1) / (columns - 1);
  return Array.from({ length: columns }, (_, x) => {
    const at = x * step;
    const left = values[Math.floor(at)]!;
    const right = values[Math.min(Math.ceil(at), values.length - 1)]!;
    const near = values.slice(Math.max(0, Math.ceil(at - step / 2)), Math.floor(at + step / 2) + 1);
    return extentOf([left + (right - left) * (at % 1), ...near]);
  });
}

/** Axis labels by character row: the highest and lowest value, and the middle if there is room. */
function axis({ low, high }: Extent, height: number): ReadonlyMap<number, string> {
  const middle = Math.floor((height - 1) / 2);
  if (low === high) return new Map([[middle, shortNumber(low)]]);
  const labels = new Map<number, string>();
  if (height > 2)
    labels.set(middle, shortNumber(high - ((middle * 4 + MIDDLE_DOT) / (height * 4 - 1)) * (high - low)));
  return labels.set(0, shortNumber(high)).set(height - 1, shortNumber(low));
}

/**
 * A line chart in braille, oldest value first, with values on the left and a label at each end of the time axis.
 * Returns no lines when no value is finite. At least two characters wide and high.
 */
export function chart(
  given: readonly number[],
  [from, to]: readonly [string, string],
  { width, height }: ChartSize = { width: 60, height: 12 },
): string[] {
  const values = given.filter(Number.isFinite);
  if (values.length === 0) return [];
  const whole = extentOf(values);
  const rows = height * 4;
  const rowOf = (value: number): number =>
    whole.low === whole.high
      ? Math.floor((height - 1) / 2) * 4 + 1
      : Math.round(((whole.high - value) / (whole.high - whole.low)) * (rows - 1));
  const cells = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  let before: { readonly top: number; readonly bottom: number } | undefined;
  for (const [x, { low, high }] of spread(values, width * 2).entries()) {
    const top = rowOf(high);
    const bottom = rowOf(low);
    // Extend each column to its neighbour, so that the line has no gap.
    const first = before === undefined ? top : Math.min(top, before.bottom + 1);
    const last = before === undefined ? bottom : Math.max(bottom, before.top - 1);
    for (let dot = first; dot <= last; dot++) cells[dot >> 2]![x >> 1]! |= DOTS[dot & 3]![(x & 1) as 0 | 1];
    before = { top, bottom };
  }
  const labels = axis(whole, height);
  const room = Math.max(...[...labels.values()].map((label) => label.length));
  const lines = cells.map((row, y) => {
    const drawn = row.map((bits) => String.fromCharCode(BRAILLE + bits)).join('');
    return `${(labels.get(y) ?? '').padStart(room)} ${labels.has(y) ? '┤' : '│'}${drawn}`;
  });
  const gap = ' '.repeat(Math.max(1, width - from.length - to.length));
  return [...lines, `${' '.repeat(room)} └${'─'.repeat(width)}`, `${' '.repeat(room + 2)}${from}${gap}${to}`];
}
