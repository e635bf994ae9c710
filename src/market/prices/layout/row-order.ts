import type { Millis } from '../../../core/util/time.ts';
import type { RowOrder } from './layout.ts';

/** Whether times step forwards and backwards by more than `jitter`. */
function directionsOf(times: readonly Millis[], jitter: Millis): { forwards: boolean; backwards: boolean } {
  let [forwards, backwards] = [false, false];
  for (let at = 1; at < times.length; at++) {
    const step = times[at]! - times[at - 1]!;
    if (step > jitter) forwards = true;
    else if (step < -jitter) backwards = true;
  }
  return { forwards, backwards };
}

function orderOfOne(times: readonly Millis[], jitter: Millis): RowOrder | undefined {
  const { forwards, backwards } = directionsOf(times, jitter);
  if (forwards && backwards) return 'unordered';
  if (forwards) return 'oldest first';
  if (backwards) return 'newest first';
  // Times that are all close together: their ends tell.
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  return first === last ? undefined : first < last ? 'oldest first' : 'newest first';
}

/**
 * The order of a file whose series have these times. Series may take turns or follow each other. Steps within `jitter` tell
 * nothing.
 */
export function orderOf(series: readonly (readonly Millis[])[], jitter: Millis): RowOrder {
  const orders = new Set(series.map((times) => orderOfOne(times, jitter)).filter((one) => one !== undefined));
  if (orders.size > 1) return 'unordered';
  const [order] = orders;
  return order ?? 'oldest first';
}
