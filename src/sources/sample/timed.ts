import type { NewRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';

/** Something that happens in the sample: a record, or a line that is just counted. */
export interface SampleEvent {
  /** Event time. */
  readonly time: Millis;
  readonly record?: NewRecord;
  /** Counted under this reason. */
  readonly count?: string;
}

/** One stream in time order out of several that are; at equal times the earlier stream first. */
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
