import type { Millis } from '../../util/time.ts';

export type TimeSpans = readonly (readonly [from: Millis, to: Millis])[];

/** Whether a time lies within one of these spans, [from, to). Fast for times and spans in about the same order. */
export function withinSpans(spans: TimeSpans): (time: Millis) => boolean {
  let last = 0;
  return (time) => {
    for (let step = 0; step < spans.length; step++) {
      const at = last + step < spans.length ? last + step : last + step - spans.length;
      const [from, to] = spans[at]!;
      if (from > time || time >= to) continue;
      last = at;
      return true;
    }
    return false;
  };
}
