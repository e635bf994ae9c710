import type { Options, Settings } from '../../core/option.ts';
import { DAY, formatSpan, type Millis } from '../../core/util/time.ts';
import type { Windows } from '../../core/util/window-length.ts';
import { laneLength } from '../../market/prices/bar-lane.ts';
import type { Candle } from '../../market/prices/candle.ts';
import type { Emitter, MissedWindows, ReplayRules } from '../processor.ts';
import type { candleOptions } from './options.ts';

/** The name of a bar's length: `5m`, `1d`, `1M`. */
const barLength = (length: Millis): string => {
  const usual = laneLength(length);
  return usual === 30 * DAY ? '1M' : formatSpan(usual);
};

/** Why a bar makes no candle of a window, and what fits. */
function unfitReason({ name, startOf, endOf }: Windows, start: Millis, end: Millis): string {
  const bar = barLength(end - start);
  const windowStart = startOf(start);
  if (end - start <= endOf(windowStart) - windowStart)
    return `bar of ${bar} crosses the edge of window ${name}: use a longer --window, or --zone if its days begin elsewhere`;
  return `bar of ${bar} is longer than window ${name}: use --window ${bar}`;
}

export function dropUnfit(out: Emitter, kind: Windows, start: Millis, end: Millis): void {
  const reason = unfitReason(kind, start, end);
  out.drop(reason);
  out.warn?.(reason);
}

/** The windows that a record which starts at `start` came too late for. */
export function missedWindows(
  kinds: readonly Windows[],
  start: Millis,
  { zone, mergeSources }: Pick<Settings<typeof candleOptions>, 'zone' | 'mergeSources'>,
): MissedWindows {
  const starts = kinds.map(({ startOf }) => startOf(start));
  return {
    from: Math.min(...starts),
    to: Math.max(...kinds.map(({ endOf }, i) => endOf(starts[i]!))),
    windows: kinds.map(({ name }) => name),
    flags: [...(zone === undefined ? [] : [`--zone ${zone}`]), ...(mergeSources ? ['--merge-sources'] : [])],
  };
}

export const isSameCandle = (a: Candle | undefined, b: Candle | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** How candles of a replay compare with those that are there. */
export const candleReplay = {
  timeField: 'window_start',
  idOf: (key) => key,
  /** A key without the start of its window. */
  seriesOf: (key) => key.slice(0, key.lastIndexOf('|')),
  isOpen: ({ final }) => final !== true,
  isLess: ({ samples }, old) => Number(samples) < Number(old.samples),
  // A replay cannot know whether more is to come for the last window of a series.
  kept: ['final'],
} satisfies Omit<ReplayRules<Options>, 'build'>;
