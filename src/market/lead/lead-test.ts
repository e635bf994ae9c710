import type { DrawSettings } from './family.ts';
import { leadInputs, type UntestedPair } from './inputs.ts';
import { type LeadReport, leadReport } from './lead-report.ts';
import type { LeadSeries, SignalWindow } from './signal-windows.ts';

/** What is tested unless asked otherwise: lags from -6 to 6; 999 random shifts make 0.001 the least p. */
export const USUAL_DRAW: DrawSettings = { highestLag: 6, draws: 999, seed: 1 };
export const USUAL_SERIES: readonly LeadSeries[] = ['attention'];
/** A pair of series needs so many windows for each lag. */
const WINDOWS_PER_LAG = 4;

export interface LeadTest {
  /** Undefined if there is too little to test. */
  readonly report: LeadReport | undefined;
  readonly leftOut: readonly UntestedPair[];
}

/** Tests whether a series leads the return, or follows it. `windows` neither overlap nor are months. Throws RangeError for a time far from all others. */
export function testLead(
  windows: readonly SignalWindow[],
  series: readonly LeadSeries[] = USUAL_SERIES,
  draw: DrawSettings = USUAL_DRAW,
): LeadTest {
  const { inputs, leftOut } = leadInputs(windows, series, WINDOWS_PER_LAG * draw.highestLag);
  return { report: inputs.length === 0 ? undefined : leadReport(inputs, draw), leftOut };
}

/** Lengths of windows that overlap: they slide, or say so. `windows` are in order of time. */
export function slidingLengths(windows: readonly SignalWindow[]): string[] {
  const ends = new Map<string, number>();
  const sliding = new Set<string>();
  for (const { coin, window, start, end, isSliding } of windows) {
    const series = JSON.stringify([coin, window]);
    if (isSliding || start < (ends.get(series) ?? start)) sliding.add(window);
    ends.set(series, end);
  }
  return [...sliding];
}

/** The windows that a test takes: those that do not overlap, and are not months. */
export function testableWindows(windows: readonly SignalWindow[]): readonly SignalWindow[] {
  const left = new Set([...slidingLengths(windows), '1M']);
  return windows.filter(({ window }) => !left.has(window));
}
