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
/** Charts of more lines have a label in the middle. */
const LEAST_FOR_MIDDLE = 2;

interface Extent {
  readonly low: number;
  readonly high: number;
}

const extentOf = (values: readonly number[]): Extent => ({
  low: values.reduce((a, b) => Math.min(a, b)),
  high: values.reduce((a, b) => Math.max(a, b)),
});

/** The range of values in each of `columns` dot columns; undefined where values are missing. Every value falls into a column, so no spike is lost. */
function spread(values: readonly number[], columns: number): (Extent | undefined)[] {
  const step = (values.length - 1) / (columns - 1);
  return Array.from({ length: columns }, (_, x) => {
    const at = x * step;
    const left = values[Math.floor(at)]!;
    const right = values[Math.min(Math.ceil(at), values.length - 1)]!;
    const near = values.slice(Math.max(0, Math.ceil(at - step / 2)), Math.floor(at + step / 2) + 1);
    const found = [left + (right - left) * (at % 1), ...near].filter(Number.isFinite);
    return found.length === 0 ? undefined : extentOf(found);
  });
}

/** Axis labels by character row: the highest and lowest value, and the middle if there is room. */
function axis(
  { low, high }: Extent,
  height: number,
  label: (value: number) => string,
): ReadonlyMap<number, string> {
  const middle = Math.floor((height - 1) / 2);
  if (low === high) return new Map([[middle, label(low)]]);
  const labels = new Map<number, string>();
  if (height > LEAST_FOR_MIDDLE)
    labels.set(middle, label(high - ((middle * 4 + MIDDLE_DOT) / (height * 4 - 1)) * (high - low)));
  return labels.set(0, label(high)).set(height - 1, label(low));
}

export interface Plot {
  /** Oldest first, evenly spaced; NaN where one is missing. */
  readonly values: readonly number[];
  /** Filled down to the bottom, which is 0. */
  readonly isArea?: boolean;
  /** The text of an axis label; a short number if undefined. */
  readonly label?: (value: number) => string;
}

export interface Plotted {
  readonly lines: readonly string[];
  /** By line. */
  readonly labels: ReadonlyMap<number, string>;
}

/** Draws values in braille, with no frame. No lines when no value is finite. At least two characters wide and high. */
export function plot({ values, isArea = false, label = shortNumber }: Plot, size: ChartSize): Plotted {
  const { width, height } = size;
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return { lines: [], labels: new Map() };
  const whole = extentOf(isArea ? [0, ...finite] : finite);
  const rows = height * 4;
  const rowOf = (value: number): number =>
    whole.low === whole.high
      ? Math.floor((height - 1) / 2) * 4 + 1
      : Math.round(((whole.high - value) / (whole.high - whole.low)) * (rows - 1));
  const cells = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  let before: { readonly top: number; readonly bottom: number } | undefined;
  for (const [x, extent] of spread(values, width * 2).entries()) {
    if (extent === undefined) {
      before = undefined;
      continue;
    }
    const top = rowOf(extent.high);
    const bottom = isArea ? rowOf(0) : rowOf(extent.low);
    // Extend each column to its neighbour, so that the line has no gap.
    const first = before === undefined ? top : Math.min(top, before.bottom + 1);
    const last = before === undefined ? bottom : Math.max(bottom, before.top - 1);
    for (let dot = first; dot <= last; dot++) cells[dot >> 2]![x >> 1]! |= DOTS[dot & 3]![(x & 1) as 0 | 1];
    before = { top, bottom };
  }
  const lines = cells.map((row) => row.map((bits) => String.fromCharCode(BRAILLE + bits)).join(''));
  return { lines, labels: axis(whole, height, label) };
}

/** Cells that the labels of plots need. */
export const labelRoom = (plots: readonly Plotted[]): number =>
  Math.max(0, ...plots.flatMap(({ labels }) => [...labels.values()].map((label) => label.length)));

/** The lines of a plot with its axis. */
export const withAxis = ({ lines, labels }: Plotted, room: number): string[] =>
  lines.map((line, y) => `${(labels.get(y) ?? '').padStart(room)} ${labels.has(y) ? '┤' : '│'}${line}`);

/** The time axis, with a label at each end. */
export function timeAxis([from, to]: readonly [string, string], width: number, room: number): string[] {
  const gap = ' '.repeat(Math.max(1, width - from.length - to.length));
  return [`${' '.repeat(room)} └${'─'.repeat(width)}`, `${' '.repeat(room + 2)}${from}${gap}${to}`];
}

/**
 * A line chart in braille, oldest value first, with values on the left and a label at each end of the time axis.
 * Returns no lines when no value is finite; others are left out. At least two characters wide and high.
 */
export function chart(
  given: readonly number[],
  ends: readonly [string, string],
  size: ChartSize = { width: 60, height: 12 },
): string[] {
  const plotted = plot({ values: given.filter(Number.isFinite) }, size);
  if (plotted.lines.length === 0) return [];
  const room = labelRoom([plotted]);
  return [...withAxis(plotted, room), ...timeAxis(ends, size.width, room)];
}
