import type { TimeSeries } from '../../core/stats/ranks.ts';
import type { Millis } from '../../core/util/time.ts';
import { longestOf, parseWindow } from '../../core/util/window-length.ts';
import type { LeadSeries, SignalWindow } from './signal-windows.ts';
import { LEAST_WINDOWS, type LeadInput } from './unit.ts';

/** Positions of a grid; more is a wrong time, or more than a test can take. */
const LONGEST_GRID = 1_000_000;

/** A pair of series that is not tested, and why. */
export interface UntestedPair {
  readonly coin: string;
  readonly window: string;
  readonly series: LeadSeries;
  readonly why: string;
}

export interface LeadInputs {
  readonly inputs: readonly LeadInput[];
  readonly leftOut: readonly UntestedPair[];
}

const varies = (values: readonly number[]): boolean => values.some((value) => value !== values[0]);

/** Why two series cannot be tested; undefined if they can. */
function obstacle(values: TimeSeries, returns: TimeSeries, least: number): string | undefined {
  const both = [...values.keys()].filter((at) => !Number.isNaN(values[at]! + returns[at]!));
  if (both.length < least) return `${both.length} of ${least} windows with both a value and a return`;
  if (!varies(both.map((at) => values[at]!))) return 'its value never changes';
  if (!varies(both.map((at) => returns[at]!))) return 'its return never changes';
  return undefined;
}

/** Throws RangeError for a time far from all others. */
function gridOf(windows: readonly SignalWindow[], length: Millis): { start: Millis; count: number } {
  const start = windows.reduce((least, window) => Math.min(least, window.start), Number.POSITIVE_INFINITY);
  const last = windows.reduce((most, window) => Math.max(most, window.start), start);
  const count = Math.round((last - start) / length) + 1;
  if (count > LONGEST_GRID)
    throw new RangeError(
      `the windows of ${windows[0]!.window} span ${count} lengths, more than ${LONGEST_GRID}`,
    );
  return { start, count };
}

/**
 * Lays windows on grids: one for each length of window, which all its coins share. Windows that are absent are missing values.
 * A pair of series needs `least` windows with both values, and at least 48. Throws RangeError for windows that span too much.
 */
export function leadInputs(
  windows: readonly SignalWindow[],
  series: readonly LeadSeries[],
  least = LEAST_WINDOWS,
): LeadInputs {
  const inputs: LeadInput[] = [];
  const leftOut: UntestedPair[] = [];
  const lengthOf = (window: string) => longestOf(parseWindow(window));
  const lengths = [...new Set(windows.map(({ window }) => window))];
  for (const window of lengths.sort((a, b) => lengthOf(a) - lengthOf(b))) {
    const ofWindow = windows.filter((row) => row.window === window);
    const length = lengthOf(window);
    const { start, count } = gridOf(ofWindow, length);
    for (const coin of [...new Set(ofWindow.map(({ coin }) => coin))].sort()) {
      const rows = ofWindow.filter((row) => row.coin === coin);
      const column = (of: (row: SignalWindow) => number): TimeSeries => {
        const values = new Float64Array(count).fill(Number.NaN);
        for (const row of rows) values[Math.round((row.start - start) / length)] = of(row);
        return values;
      };
      const returns = column(({ logReturn }) => logReturn);
      for (const name of series) {
        const values = column((row) => row.values[name]);
        const why = obstacle(values, returns, Math.max(least, LEAST_WINDOWS));
        if (why === undefined) inputs.push({ coin, window, series: name, start, length, values, returns });
        else leftOut.push({ coin, window, series: name, why });
      }
    }
  }
  return { inputs, leftOut };
}
