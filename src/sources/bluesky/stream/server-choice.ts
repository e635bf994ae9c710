import type { Millis } from '../../../core/util/time.ts';
import type { TextSocket } from '../../shared/socket/text-socket.ts';
import type { SourceContext } from '../../source.ts';
import { classifyFailure, openStreamAt, type StreamStart, streamUrl, type Wire } from './connect.ts';

/** An open stream of a server. */
export interface OpenEvents {
  readonly host: string;
  readonly wire: Wire;
  readonly socket: TextSocket;
  close(): Promise<void>;
}

type Opened =
  | { readonly stream: OpenEvents }
  | { readonly stream?: undefined; readonly reason: string; readonly waitMs: Millis };

/** Opens streams, on the next server after a failure. Remembers which servers speak only the old wire. */
export class ServerChoice {
  readonly #hosts: readonly string[];
  readonly #context: SourceContext;
  readonly #oldWire = new Set<string>();
  #current: number;

  /** `last`: the server to begin with, where its numbers still count. */
  constructor(hosts: readonly string[], last: string | undefined, context: SourceContext) {
    this.#hosts = hosts;
    this.#context = context;
    this.#current = Math.max(0, hosts.indexOf(last ?? ''));
  }

  next(): void {
    this.#current = (this.#current + 1) % this.#hosts.length;
  }

  /**
   * Opens a stream of the current server; after a failure, the next call takes the next server. `startAt` is asked again when
   * the server no longer has the event of a number. Throws UserError when a server refuses the request.
   */
  async open(cursor: {
    readonly startAt: (host: string, wire: Wire) => StreamStart;
    readonly forgetSeq: () => void;
  }): Promise<Opened> {
    const host = this.#hosts[this.#current]!;
    for (;;) {
      const wire: Wire = this.#oldWire.has(host) ? 'v1' : 'v2';
      const start = cursor.startAt(host, wire);
      try {
        const socket = await openStreamAt(streamUrl(host, wire, start), this.#context);
        return { stream: { host, wire, socket, close: () => socket.close() } };
      } catch (error) {
        if (this.#context.signal.aborted) return { reason: 'stopped', waitMs: 0 };
        const failure = classifyFailure(error, host, wire);
        if (failure.act === 'use v1') {
          this.#oldWire.add(host);
          this.#context.info(`bluesky: ${new URL(host).host} supports only the old protocol`);
        } else if (failure.act === 'use time' && start.seq !== undefined) {
          this.#context.warn(
            `bluesky: ${new URL(host).host} no longer has the last event; what is missed becomes a gap`,
          );
          cursor.forgetSeq();
        } else {
          this.next();
          return failure.act === 'wait' ? failure : { reason: 'CursorTooOld', waitMs: 0 };
        }
      }
    }
  }
}
