import { type OhlcState, ohlc } from '../../core/stream/aggregations.ts';
import type { Window } from '../../core/stream/windows/window.ts';
import type { BarLane } from '../../market/prices/bar-lane.ts';
import { mergeParts, type Part, partOfTicks } from '../../market/prices/candle-part.ts';

interface Lane {
  readonly part: string;
  readonly bars: BarLane;
}

/** [start, end). */
type Span = Pick<Window<unknown>, 'start' | 'end'>;

/** The lane that covers most of a window; of several the one of the longest bars. */
export function bestLane(lanes: readonly Lane[], { start, end }: Span, onlyFinal: boolean): Lane | undefined {
  let best: Lane | undefined;
  let most = 0;
  for (const lane of lanes) {
    const covered = lane.bars.covered(start, end, onlyFinal);
    if (covered > most || (covered === most && best !== undefined && lane.bars.length > best.bars.length)) {
      best = lane;
      most = covered;
    }
  }
  return best;
}

/**
 * What one source makes of a window: its bars of one length, so that nothing is counted twice, or its ticks where it has no
 * bars.
 */
function partOf(
  source: string,
  lanes: readonly Lane[],
  ticks: OhlcState,
  window: Window<OhlcState>,
  onlyFinal: boolean,
): Part | undefined {
  const lane = bestLane(lanes, window, onlyFinal);
  if (lane !== undefined) return lane.bars.part(source, window.start, window.end, onlyFinal);
  return ticks.count === 0 ? undefined : partOfTicks(source, ohlc.result(ticks));
}

/** The contents of a window's candle; undefined if nothing final is in it. */
export function candleParts(
  source: string,
  window: Window<OhlcState>,
  lanes: readonly Lane[],
  isMerged: boolean,
  onlyFinal: boolean,
): Part | undefined {
  if (!isMerged) return partOf(source, lanes, window.state, window, onlyFinal);
  const { parts = {} } = window;
  const names = new Set([...Object.keys(parts), ...lanes.map(({ part }) => part)]);
  const found = [...names].flatMap((name) => {
    const own = lanes.filter(({ part }) => part === name);
    const ticks = Object.hasOwn(parts, name) ? parts[name]! : ohlc.start();
    return partOf(name, own, ticks, window, onlyFinal) ?? [];
  });
  return found.length === 0 ? undefined : mergeParts(source, found);
}
