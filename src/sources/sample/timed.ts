import type { NewRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';

/** An event of the sample: a record, or a line that is only counted. */
export interface SampleEvent {
  /** Event time. */
  readonly time: Millis;
  readonly record?: NewRecord;
  /** Counted under this reason. */
  readonly count?: string;
}

/** Merges streams that are in time order; at equal times the earlier stream comes first. */
export function* merge(streams: readonly Iterable<SampleEvent>[]): Generator<SampleEvent> {
  const heads = streams.map((stream) => {
    const iterator = stream[Symbol.iterator]();
    return { iterator, next: iterator.next() };
  });
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads)
      if (!head.next.done && (first === undefined || head.next.value.time < first.next.value.time))
        first = head;
    if (first === undefined) return;
    yield first.next.value;
    first.next = first.iterator.next();
  }
}
