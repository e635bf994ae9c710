import { limitHeapGrowth } from '../../../system/heap-growth.ts';

/** Number of partitions that can read ahead with full-size responses; more partitions share that memory. */
const FULL_RESPONSES = 8;

/**
 * Memory budget for reading ahead, shared by all partition readers of a process. It bounds the buffered bytes for any
 * number of partitions: each reader fetches its share, and no reader fetches ahead while the budget is used up.
 */
export class ReadAhead {
  #readers = 0;
  #buffered = 0;

  /** `fetchBytes`: maximum bytes of records in one response. */
  constructor(readonly fetchBytes: number) {}

  open(): void {
    this.#readers += 1;
    // Records of many partitions outlive V8's young generation.
    if (this.#readers > FULL_RESPONSES) limitHeapGrowth('manyPartitions');
  }

  close(): void {
    this.#readers -= 1;
  }

  /** Bytes of records that one reader requests at once. */
  get bytesPerReader(): number {
    return (this.fetchBytes * FULL_RESPONSES) / Math.max(FULL_RESPONSES, this.#readers);
  }

  /** Whether a reader may fetch ahead. */
  get hasRoom(): boolean {
    return this.#buffered < this.fetchBytes * FULL_RESPONSES;
  }

  /** Adds buffered bytes (negative: removes). */
  addBuffered(bytes: number): void {
    this.#buffered += bytes;
  }
}
