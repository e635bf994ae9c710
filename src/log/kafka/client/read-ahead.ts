import { setFlagsFromString } from 'node:v8';

/** Most that the heap grows between two full collections, in percent of what is alive. */
const HEAP_GROWTH = 40;

/** So many partitions read ahead with whole answers; more of them share what these take. */
const WHOLE_ANSWERS = 8;

/**
 * The memory that all feeds of a process read ahead into. However many partitions it holds, what waits for its reader is
 * bounded by bytes: each feed asks for its share, and nobody reads ahead while too much is waiting.
 */
export class ReadAhead {
  #feeds = 0;
  #waiting = 0;

  /** `fetchBytes`: most bytes of records of one answer. */
  constructor(readonly fetchBytes: number) {}

  open(): void {
    this.#feeds += 1;
    // Records of many partitions outlive V8's young generation: its old one must not grow to thrice what is alive.
    if (this.#feeds > WHOLE_ANSWERS) setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  }

  close(): void {
    this.#feeds -= 1;
  }

  /** Bytes of records that one feed asks for at once. */
  get share(): number {
    return (this.fetchBytes * WHOLE_ANSWERS) / Math.max(WHOLE_ANSWERS, this.#feeds);
  }

  /** Room for another answer that nobody waits for. */
  get free(): boolean {
    return this.#waiting < this.fetchBytes * WHOLE_ANSWERS;
  }

  /** Bytes of records begin to wait for their reader (negative: end). */
  waits(bytes: number): void {
    this.#waiting += bytes;
  }
}
