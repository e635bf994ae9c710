import type { Millis } from '../../../core/util/time.ts';
import type { JetstreamEvent } from '../../../market/posts/networks/jetstream.ts';
import type { JetstreamPosition } from '../position.ts';
import type { StreamStart, Wire } from './connect.ts';
import { OVERLAP_MS, RecentEvents } from './recent-events.ts';

type CursorState = Pick<JetstreamPosition, 'host' | 'wire' | 'seq' | 'time' | 'recent'>;

/** What the first event of a connection tells. */
interface FirstEvent {
  /** The time of the last event before what is missed; undefined if nothing is. */
  readonly missedFrom: Millis | undefined;
  /** When the connection opened, by our clock. */
  readonly openedAt: Millis;
}

/**
 * The last event that was read, where a replay starts after it, and which events are repeats. Numbers belong to a server;
 * on another one, and on the old wire, a replay starts a little before the last event's time.
 */
export class JetstreamCursor {
  #host: string | undefined;
  #wire: Wire | undefined;
  #seq: number | undefined;
  #time: Millis;
  readonly #recent: RecentEvents;
  /** Nothing has been read or missed yet: reading begins at the newest event. */
  #isNew: boolean;
  /** The connection whose first event has not come. */
  #opened: { readonly start: StreamStart; readonly at: Millis } | undefined;
  #isRenumbered = false;

  constructor(resume: CursorState | undefined, now: Millis) {
    this.#host = resume?.host;
    this.#wire = resume?.wire;
    this.#seq = resume?.seq;
    this.#time = resume?.time ?? now;
    this.#isNew = resume === undefined;
    this.#recent = new RecentEvents(resume?.recent, resume?.time);
  }

  /** The largest time of an event; before the first one, when reading began. */
  get time(): Millis {
    return this.#time;
  }

  /** The server counts anew since the last event: its numbers mean nothing, ask by time. */
  get isRenumbered(): boolean {
    return this.#isRenumbered;
  }

  startAt(host: string, wire: Wire): StreamStart {
    if (this.#isNew) return {};
    const isSameStream = host === this.#host && wire === this.#wire && wire === 'v2';
    if (isSameStream && this.#seq !== undefined) return { seq: this.#seq };
    return { time: this.#time - OVERLAP_MS };
  }

  /** Events are missed from now on. */
  disconnected(): void {
    this.#isNew = false;
  }

  /** The server no longer has the event of this number. */
  forgetSeq(): void {
    this.#seq = undefined;
  }

  opened(host: string, wire: Wire, at: Millis): void {
    const start = this.startAt(host, wire);
    if (start.seq === undefined) this.#seq = undefined;
    this.#opened = { start, at };
    this.#isRenumbered = false;
    this.#host = host;
    this.#wire = wire;
  }

  /** What the first event of a connection tells about the replay; undefined for a later event. */
  first({ seq, time }: JetstreamEvent): FirstEvent | undefined {
    if (this.#opened === undefined) return undefined;
    const { start, at } = this.#opened;
    this.#opened = undefined;
    if (start.seq === undefined && start.time === undefined) {
      this.#time = time;
      return undefined;
    }
    if (start.seq !== undefined && seq !== undefined && seq < start.seq) {
      this.#seq = undefined;
      this.#isRenumbered = true;
      return undefined;
    }
    const isWhole = start.seq === undefined ? time <= this.#time : seq === start.seq;
    return { missedFrom: isWhole ? undefined : this.#time, openedAt: at };
  }

  /** Moves on to an event; false for a repeat. */
  advance({ kind, did, seq, time, body }: JetstreamEvent): boolean {
    const isOld = seq !== undefined && this.#seq !== undefined && seq <= this.#seq && this.#wire === 'v2';
    if (isOld) return false;
    if (seq !== undefined) this.#seq = seq;
    this.#time = Math.max(this.#time, time);
    const key = `${did} ${kind} ${body.rkey ?? body.seq ?? time} ${body.rev ?? ''} ${body.operation ?? ''}`;
    return this.#recent.add(key, this.#time);
  }

  state(): CursorState {
    return {
      host: this.#host,
      wire: this.#wire,
      seq: this.#seq,
      time: this.#time,
      recent: this.#recent.stored(),
    };
  }
}
