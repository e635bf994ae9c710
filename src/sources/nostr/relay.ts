import type { NewRecord } from '../../core/stream/record.ts';
import { MINUTE, type Millis } from '../../core/util/time.ts';
import { clockSkew, describeSkew, isSkewed } from '../shared/http/clock-skew.ts';
import type { SourceContext } from '../source.ts';
import { type Delivery, openRelay, type RelayConnection } from './connection.ts';
import { failureOf, type RelayFailure, relayWaits } from './failure.ts';
import type { NostrFilter } from './filters.ts';
import type { RelayState } from './position.ts';
import { RelayGap } from './relay-gap.ts';
import { askRelayInfo, type RelayInfo, readRelayInfo } from './relay-info.ts';
import { storedSlices } from './stored.ts';

export interface RelaySettings {
  /** wss://HOST */
  readonly url: string;
  readonly filters: readonly NostrFilter[];
  readonly resume: RelayState;
  /** An earlier run has stored `resume`. */
  readonly isResumed: boolean;
  /** The earliest time to ask for, in seconds: of older events it is no longer known which were read. */
  readonly earliest: () => number;
  /** Aborted when no more batches are taken. */
  readonly stopped: AbortSignal;
}

/** Events of a relay in the order to write them, and where to resume once they are written. */
export interface RelayBatch extends Delivery {
  readonly state: RelayState;
  readonly gaps: readonly NewRecord[];
}

/** How a relay ended. */
export interface RelayEnd {
  /** Set if it refused this client, or did not answer under `--once`. */
  readonly failure?: RelayFailure;
}

/** Seconds asked for again, for events that reach a relay late. */
export const OVERLAP_S = 60;
/** A quiet relay stores its state this often, so that a gap after a crash begins where it was last seen. */
const STATE_EVERY_MS: Millis = MINUTE;
/** How far behind the relay's last sign of life a quiet relay resumes, in seconds: clocks differ. */
const QUIET_S = 600;
/** Events asked for at once; most relays give 500. */
const LIMIT = 500;
/** Failures in a row before a warning, and under `--once` before an end. */
const FAILURES = 3;

/** After a connection that lasted this long the next one opens at once. */
const STABLE_AFTER_MS: Millis = MINUTE;

const NOTHING: Delivery = { events: [], broken: [] };
const hostOf = (url: string): string => new URL(url).host;
const seconds = (time: Millis): number => Math.floor(time / 1000);

/** Reads one relay until stopped: reconnects, asks for what it missed, marks gaps. */
export async function* readRelay(
  settings: RelaySettings,
  context: SourceContext,
): AsyncGenerator<RelayBatch, RelayEnd> {
  const reader = new RelayReader(settings, context);
  let end: RelayEnd | undefined;
  while (end === undefined && !reader.isStopped()) end = yield* reader.connectOnce();
  return end ?? {};
}

class RelayReader {
  readonly #settings: RelaySettings;
  readonly #context: SourceContext;
  readonly #waits;
  readonly #host: string;
  readonly #gap: RelayGap;
  #info: RelayInfo | undefined;
  #through: number;
  #seen: Millis;
  /** How far the local clock is ahead of the relay's; 0 if it is behind or agrees. */
  #aheadMs: Millis = 0;
  #failures = 0;
  /** Monotonic time since which new events are followed; Infinity: not yet. */
  #followedAt = Number.POSITIVE_INFINITY;
  #connection: RelayConnection | undefined;
  #isWarned = false;

  constructor(settings: RelaySettings, context: SourceContext) {
    this.#settings = settings;
    this.#context = context;
    this.#waits = relayWaits(context.random);
    this.#host = hostOf(settings.url);
    this.#gap = new RelayGap(this.#host);
    this.#through = settings.resume.through;
    this.#seen = settings.resume.seen;
    if (settings.isResumed) this.#gap.open(this.#seen, 'restart');
    settings.stopped.addEventListener('abort', () => void this.#connection?.close());
  }

  isStopped(): boolean {
    return this.#context.signal.aborted || this.#settings.stopped.aborted;
  }

  /** One connection and the wait after it. */
  async *connectOnce(): AsyncGenerator<RelayBatch, RelayEnd | undefined> {
    const { url } = this.#settings;
    const announce = (text: string) => this.#context.info(`nostr: ${this.#host} says: ${text}`);
    try {
      this.#connection = await openRelay(url, announce, this.#context);
      if (this.isStopped()) return {};
      this.#info ??= await this.#askInfo();
      const isWhole = yield* this.#catchUp(this.#connection);
      yield* this.#follow(this.#connection, isWhole);
      return {};
    } catch (error) {
      if (this.isStopped()) return {};
      const failure = failureOf(error);
      if (failure === undefined) throw error;
      this.#failures++;
      if (this.#context.monotonic() - this.#followedAt >= STABLE_AFTER_MS) this.#waits.reset();
      this.#followedAt = Number.POSITIVE_INFINITY;
      this.#gap.open(this.#seen, failure.reason);
      if (failure.isFinal || (this.#context.once && this.#failures >= FAILURES)) return { failure };
      await this.#wait(failure);
      return undefined;
    } finally {
      await this.#connection?.close();
      this.#connection = undefined;
    }
  }

  /** A relay without information has no known limits. */
  async #askInfo(): Promise<RelayInfo> {
    try {
      const { info, answer } = await askRelayInfo(this.#settings.url, this.#context);
      this.#adjustClock(clockSkew(answer));
      return info;
    } catch (error) {
      if (this.isStopped() || failureOf(error) === undefined) throw error;
      return readRelayInfo(undefined);
    }
  }

  /** Events of the present would be older than what is asked for, if the local clock were ahead. */
  #adjustClock(skew: Millis): void {
    const { warn } = this.#context;
    if (!isSkewed(skew)) return;
    warn(
      `nostr: the local clock is ${describeSkew(skew)} that of ${this.#host}; synchronize it, for example by NTP`,
    );
    this.#aheadMs = Math.max(0, skew);
    this.#through = Math.min(this.#through, seconds(this.#context.now() - this.#aheadMs));
  }

  #filters(): readonly NostrFilter[] {
    return this.#settings.filters.slice(0, this.#info?.maxFilters);
  }

  /** Reads what the relay stored since the last connection; true if nothing can be missing. */
  async *#catchUp(connection: RelayConnection): AsyncGenerator<RelayBatch, boolean> {
    const overlap = this.#through - OVERLAP_S;
    const since = Math.max(overlap, this.#settings.earliest());
    const maxLimit = this.#info?.maxLimit;
    const range = {
      since,
      until: seconds(this.#context.now()),
      limit: Math.min(LIMIT, maxLimit ?? LIMIT),
      isLimitKnown: maxLimit !== undefined,
    };
    let isWhole = since === overlap;
    for await (const { until, isWhole: isAll, ...delivery } of storedSlices(
      connection,
      this.#filters(),
      range,
    )) {
      isWhole &&= isAll;
      const present = seconds(this.#context.now() - this.#aheadMs);
      this.#through = Math.max(this.#through, Math.min(until, present));
      yield this.#batch(delivery);
    }
    return isWhole;
  }

  /** Follows new events; returns under `--once`, else throws when the connection ends. */
  async *#follow(connection: RelayConnection, isWhole: boolean): AsyncGenerator<RelayBatch> {
    const { now, once } = this.#context;
    const since = this.#through - OVERLAP_S;
    connection.subscribe(this.#filters().map((filter) => ({ ...filter, since })));
    let isCaughtUp = false;
    for (;;) {
      const { isCaughtUp: isEnd, ...delivery } = await connection.next(STATE_EVERY_MS);
      let gaps: readonly NewRecord[] = [];
      if (isEnd) {
        isCaughtUp = true;
        gaps = this.#gap.close(now(), isWhole);
        this.#succeeded();
      }
      if (isCaughtUp) {
        this.#advance(delivery, connection.lastSeen);
        this.#seen = connection.lastSeen;
      }
      yield this.#batch(delivery, gaps);
      if (isEnd && once) return;
    }
  }

  /** An author's clock that is ahead must not move the resume time past the relay's. */
  #advance({ events }: Delivery, lastSeen: Millis): void {
    let newest = seconds(lastSeen - this.#aheadMs) - QUIET_S;
    for (const { event, at } of events) {
      const time = (event as { created_at?: unknown } | null)?.created_at;
      if (typeof time === 'number' && time <= seconds(at - this.#aheadMs))
        newest = Math.max(newest, Math.floor(time));
    }
    this.#through = Math.max(this.#through, newest);
  }

  #batch(delivery: Delivery = NOTHING, gaps: readonly NewRecord[] = []): RelayBatch {
    const seen = this.#gap.from ?? this.#seen;
    return { ...delivery, gaps, state: { through: this.#through, seen } };
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#followedAt = this.#context.monotonic();
    if (this.#isWarned) this.#context.info(`nostr: ${this.#host} answers again`);
    this.#isWarned = false;
  }

  async #wait(failure: RelayFailure): Promise<void> {
    const { warn, sleep } = this.#context;
    if (this.#failures >= FAILURES && !this.#isWarned) {
      this.#isWarned = true;
      warn(`nostr: ${this.#host}: ${failure.reason}; trying again`);
    }
    await sleep(this.#waits.next(failure.cause, failure.waitMs || undefined), this.#settings.stopped);
  }
}
