import type { NewRecord } from '../../../core/stream/record.ts';
import type { Millis } from '../../../core/util/time.ts';
import { gapRecord } from '../gaps.ts';

interface OpenOutage {
  from: Millis;
  /** Distinct reasons, oldest first. */
  readonly reasons: Set<string>;
  /** When the stream was back. */
  to: Millis;
  /** Markets whose missing trades have not come yet. */
  readonly open: Set<string>;
  isConnected: boolean;
  isComplete: boolean;
}

/**
 * Each time without the stream becomes one gap record, once the ids of every market prove that its trades are complete, or
 * that the service does not have them.
 */
export class OutageTracker {
  readonly #source: string;
  #seenAt: Millis;
  #outage: OpenOutage | undefined;

  constructor(source: string, seenAt: Millis) {
    this.#source = source;
    this.#seenAt = seenAt;
  }

  /** Everything up to this time is stored or marked as missed. */
  get resumeFrom(): Millis {
    return this.#outage?.from ?? this.#seenAt;
  }

  /** The stream was alive at this time. */
  seen(at: Millis): void {
    this.#seenAt = at;
  }

  disconnected(reason: string): void {
    this.#begin(this.#seenAt, reason).isConnected = false;
  }

  /** Trades of a market are missing since `from`, although the stream was never away. */
  missed(symbol: string, from: Millis, at: Millis): void {
    const outage = this.#begin(from, 'missed trades');
    outage.open.add(symbol);
    outage.to = Math.max(outage.to, at);
  }

  /** The stream is back; `symbols`: the markets whose trades may be missing. Without any, nothing can be proved. */
  connected(at: Millis, symbols: readonly string[]): readonly NewRecord[] {
    this.#seenAt = at;
    const outage = this.#outage;
    if (outage === undefined) return [];
    outage.to = at;
    outage.isConnected = true;
    for (const symbol of symbols) outage.open.add(symbol);
    if (outage.open.size === 0) outage.isComplete = false;
    return this.#close();
  }

  /** A trade of this time came only now: it was missed, perhaps before the outage was noticed. */
  recovered(symbol: string, time: Millis): void {
    const outage = this.#outage;
    if (outage?.open.has(symbol)) outage.from = Math.min(outage.from, time);
  }

  /** No trade of this market is missing any more. Returns the gap's marker when that was the last one. */
  complete(symbol: string): readonly NewRecord[] {
    if (this.#outage?.open.delete(symbol)) return this.#close();
    return [];
  }

  /** Missing trades of this market will never come. */
  incomplete(): void {
    if (this.#outage !== undefined) this.#outage.isComplete = false;
  }

  #begin(from: Millis, reason: string): OpenOutage {
    this.#outage ??= {
      from,
      reasons: new Set(),
      to: from,
      open: new Set(),
      isConnected: true,
      isComplete: true,
    };
    this.#outage.reasons.add(reason);
    return this.#outage;
  }

  #close(): readonly NewRecord[] {
    const outage = this.#outage;
    if (outage === undefined || !outage.isConnected || outage.open.size > 0) return [];
    this.#outage = undefined;
    const { from, to, reasons, isComplete } = outage;
    const reason = [...reasons].join(', ');
    return [gapRecord({ source: this.#source, from, to, reason, backfilled: isComplete })];
  }
}
