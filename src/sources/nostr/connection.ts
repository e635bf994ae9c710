import { InvalidRecord } from '../../core/stream/record.ts';
import { stripControlCharacters } from '../../core/text/printable-text.ts';
import { MINUTE, type Millis, SECOND } from '../../core/util/time.ts';
import { withTimeout } from '../../core/util/timeout.ts';
import { HttpError } from '../shared/http/http-error.ts';
import type { Frame } from '../shared/socket/frame-queue.ts';
import { openSocket, type SocketEnd, type TextSocket } from '../shared/socket/text-socket.ts';
import type { SourceContext } from '../source.ts';
import type { NostrFilter } from './filters.ts';
import { parseRelayMessage, type RelayMessage } from './message.ts';

/** The standard has no heartbeat: we ping, and without a pong or message for two pings the connection is dead. */
const PING_MS: Millis = 30 * SECOND;
const SILENCE_MS: Millis = MINUTE;
/** The longest wait for the end of stored events. */
const STORED_TIME_OUT_MS: Millis = 30 * SECOND;

/** An event as a relay sent it. */
export interface ReceivedEvent {
  readonly at: Millis;
  readonly event: unknown;
}

/** A message that cannot be read. */
export interface BrokenMessage {
  readonly at: Millis;
  readonly text: string;
  readonly why: string;
}

export interface Delivery {
  readonly events: readonly ReceivedEvent[];
  readonly broken: readonly BrokenMessage[];
}

/** The relay ended a subscription. The reason begins with a prefix of the standard, such as `rate-limited:`. */
export class SubscriptionClosed extends Error {
  override readonly name = 'SubscriptionClosed';
  constructor(readonly reason: string) {
    super(reason === '' ? 'the relay ended the subscription' : reason);
  }
}

/** The connection ended. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  constructor(readonly end: SocketEnd) {
    super(end.reason);
  }
}

/** A connection with one subscription at a time. Its methods throw SubscriptionClosed, ConnectionLost and HttpError. */
export interface RelayConnection {
  /** The last time at which the relay was certainly alive. */
  readonly lastSeen: Millis;
  /** The newest stored events of a filter, at most `limit`. */
  stored(filter: NostrFilter): Promise<Delivery>;
  /** Subscribes to stored and new events; `next` returns them. */
  subscribe(filters: readonly NostrFilter[]): void;
  /** The next events; none after `span`. `isCaughtUp`: the stored ones are through. */
  next(span: Millis): Promise<Delivery & { readonly isCaughtUp: boolean }>;
  close(): Promise<void>;
}

const NONE: readonly Frame[] = [];

/** Throws UpgradeRefused and other HttpErrors. `announce` receives the relay's messages to people. */
export async function openRelay(
  url: string,
  announce: (text: string) => void,
  context: SourceContext,
): Promise<RelayConnection> {
  const socket = await openSocket({ url, silenceMs: SILENCE_MS, pingMs: PING_MS }, context);
  return new Relay(socket, announce, context);
}

class Relay implements RelayConnection {
  readonly #socket: TextSocket;
  readonly #announce: (text: string) => void;
  readonly #context: SourceContext;
  #reading: Promise<readonly Frame[] | undefined> | undefined;
  #subscriptions = 0;
  /** Until the end of stored events; Infinity if the relay has sent it. */
  #storedUntil: Millis = Number.POSITIVE_INFINITY;
  #closed: SubscriptionClosed | undefined;

  constructor(socket: TextSocket, announce: (text: string) => void, context: SourceContext) {
    this.#socket = socket;
    this.#announce = announce;
    this.#context = context;
  }

  get lastSeen(): Millis {
    return this.#socket.lastSeen;
  }

  async stored(filter: NostrFilter): Promise<Delivery> {
    this.subscribe([filter]);
    const events: ReceivedEvent[] = [];
    const broken: BrokenMessage[] = [];
    for (let isCaughtUp = false; !isCaughtUp; ) {
      const delivery = await this.next(STORED_TIME_OUT_MS);
      events.push(...delivery.events);
      broken.push(...delivery.broken);
      isCaughtUp = delivery.isCaughtUp;
    }
    this.#socket.send(JSON.stringify(['CLOSE', this.#name()]));
    return { events, broken };
  }

  subscribe(filters: readonly NostrFilter[]): void {
    this.#subscriptions++;
    this.#storedUntil = this.#context.monotonic() + STORED_TIME_OUT_MS;
    this.#socket.send(JSON.stringify(['REQ', this.#name(), ...filters]));
  }

  async next(span: Millis): Promise<Delivery & { readonly isCaughtUp: boolean }> {
    if (this.#closed !== undefined) throw this.#closed;
    const left = Math.max(0, this.#storedUntil - this.#context.monotonic());
    const events: ReceivedEvent[] = [];
    const broken: BrokenMessage[] = [];
    let isCaughtUp = false;
    const frames = await this.#frames(Math.min(span, left));
    for (const { at, text } of frames) {
      const message = this.#parse(text, at, broken);
      if (message?.type === 'event') events.push({ at, event: message.event });
      else if (message?.type === 'eose') isCaughtUp = true;
      // The events before it count.
      else if (message?.type === 'closed')
        this.#closed = new SubscriptionClosed(stripControlCharacters(message.reason).slice(0, 200));
    }
    if (isCaughtUp) this.#storedUntil = Number.POSITIVE_INFINITY;
    else if (frames.length === 0 && this.#context.monotonic() >= this.#storedUntil)
      throw new HttpError('time-out', 'the relay did not answer a subscription');
    return { events, broken, isCaughtUp };
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  #name(): string {
    return `cp${this.#subscriptions}`;
  }

  /** The message, if it belongs to the current subscription. */
  #parse(text: string, at: Millis, broken: BrokenMessage[]): RelayMessage | undefined {
    try {
      const message = parseRelayMessage(text);
      if (message.type === 'notice') this.#announce(stripControlCharacters(message.text).slice(0, 200));
      return 'subscription' in message && message.subscription === this.#name() ? message : undefined;
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      broken.push({ at, text, why: error.message });
      return undefined;
    }
  }

  /** The next messages; none after `span`. */
  async #frames(span: Millis): Promise<readonly Frame[]> {
    this.#reading ??= this.#socket.next();
    const frames = await withTimeout(this.#context, span, this.#reading, () => NONE);
    if (frames === NONE) return frames;
    this.#reading = undefined;
    if (frames === undefined) throw new ConnectionLost(this.#socket.end!);
    return frames;
  }
}
