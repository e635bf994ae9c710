import type { NewRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';
import { gapRecord } from '../shared/gaps.ts';

/** The absence of one relay, from when it was last seen until its events were read again. */
export class RelayGap {
  readonly #host: string;
  readonly #reasons = new Set<string>();
  #from: Millis | undefined;

  constructor(host: string) {
    this.#host = host;
  }

  /** Undefined while there is no gap. */
  get from(): Millis | undefined {
    return this.#from;
  }

  /** Opens a gap, or adds a reason to the open one. */
  open(lastSeen: Millis, reason: string): void {
    this.#from ??= lastSeen;
    this.#reasons.add(reason);
  }

  /** The gap's record, if there is a gap. */
  close(to: Millis, backfilled: boolean): readonly NewRecord[] {
    const from = this.#from;
    if (from === undefined) return [];
    const reason = [...this.#reasons].join(', ');
    this.#from = undefined;
    this.#reasons.clear();
    return [gapRecord({ source: 'nostr', part: this.#host, from, to, reason, backfilled })];
  }
}
