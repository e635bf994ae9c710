import type { NewRecord } from '../../../core/stream/record.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { Chunk } from '../../source.ts';
import { type BinanceRun, fillByRest } from './fill.ts';
import type { BarSeries } from './progress.ts';

/**
 * Writes the bars since the newest ones, and then the marker of the gap, if there was one. It is marked as backfilled when
 * one bar follows the other without a hole. `at`: when the service was seen again.
 */
export async function* catchUp(
  all: readonly BarSeries[],
  at: Millis,
  run: BinanceRun,
): AsyncGenerator<Chunk> {
  const { progress, context } = run;
  const { gaps } = progress;
  for (const series of all) {
    yield* fillByRest(series, progress.untilOf(series)!, undefined, run);
    if (context.signal.aborted) return;
  }
  const minutes = progress.absentBars === 0 ? Number.POSITIVE_INFINITY : 0;
  const markers: NewRecord[] = [...gaps.connected(at, minutes), ...gaps.close()];
  progress.absentBars = 0;
  context.status(undefined);
  if (markers.length > 0) yield progress.chunk(markers);
}
