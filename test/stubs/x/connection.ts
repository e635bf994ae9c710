import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../src/core/util/clock.ts';
import type { Random } from '../../../src/core/util/random.ts';
import type { Millis } from '../../../src/core/util/time.ts';

/** How bytes are split into chunks: one line each, at random, or one byte each. */
export type Cutting = 'lines' | 'random' | 'bytes';

/** One open stream of the stub. */
export class Connection {
  readonly closed: Promise<void>;
  isOpen = true;
  /** Sends nothing more, as if the network dropped all packets. */
  isSilent = false;
  #lastWrite: Millis;
  readonly #closing = new AbortController();

  constructor(
    readonly kind: 'search' | 'sample',
    readonly res: ServerResponse,
    readonly clock: Clock,
    readonly draw: Random,
    public cutting: Cutting,
    /** Retweets bring their originals. */
    readonly isWhole: boolean,
  ) {
    this.#lastWrite = clock.now();
    setMaxListeners(0, this.#closing.signal);
    const socket = res.socket!;
    this.closed = new Promise((resolve) => {
      const onClose = () => {
        this.isOpen = false;
        this.#closing.abort();
        resolve();
      };
      // A client has left when its FIN arrives: the socket's own close comes some ticks later.
      socket.once('end', onClose);
      socket.once('error', onClose);
      socket.once('close', onClose);
    });
  }

  /** Sends a blank line whenever nothing was sent for `every`. */
  async keepAlive(every: Millis): Promise<void> {
    while (this.isOpen) {
      const left = this.#lastWrite + every - this.clock.now();
      if (left > 0) await this.clock.sleep(left, this.#closing.signal);
      else await this.write('\r\n');
    }
  }

  /** Splits bytes into pieces, also within characters. */
  #cut(bytes: Buffer): Buffer[] {
    if (this.cutting === 'lines') return [bytes];
    const pieces: Buffer[] = [];
    for (let start = 0; start < bytes.length; ) {
      const end = this.cutting === 'bytes' ? start + 1 : start + 1 + this.draw.below(bytes.length);
      pieces.push(bytes.subarray(start, end));
      start = end;
    }
    return pieces;
  }

  /** Resolves with true when the kernel has accepted all bytes. */
  write(bytes: string | Buffer): Promise<boolean> {
    this.#lastWrite = this.clock.now();
    if (!this.isOpen || this.isSilent || this.res.writableEnded) return Promise.resolve(false);
    const pieces = this.#cut(Buffer.from(bytes));
    return new Promise((resolve) => {
      const onClose = () => resolve(false);
      this.#closing.signal.addEventListener('abort', onClose, { once: true });
      for (const [index, piece] of pieces.entries())
        this.res.write(piece, (error) => {
          if (index < pieces.length - 1) return;
          this.#closing.signal.removeEventListener('abort', onClose);
          resolve(!error);
        });
    });
  }

  /** `end`: properly. `drop`: without the end of the response. `reset`: with a TCP reset. */
  hangUp(how: 'end' | 'drop' | 'reset'): void {
    if (how === 'end') this.res.end();
    else if (how === 'drop') this.res.socket?.destroy();
    else this.res.socket?.resetAndDestroy();
  }
}
