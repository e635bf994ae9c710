import type { Millis } from '../../core/util/time.ts';

/** How often waiters look for what other processes wrote; half of the 50 ms that a follower may take. */
const POLL_MS: Millis = 20;

/** Wakes waiters when their condition holds: at once after a commit of this process, else by looking now and then. */
export class Wake {
  /** How a waiter looks, and how it is let go. */
  readonly #waiters = new Map<() => void, () => void>();
  #timer: NodeJS.Timeout | undefined;

  /** Looks at every condition now. */
  poke = (): void => {
    for (const look of [...this.#waiters.keys()]) look();
  };

  /** Lets every waiter go: the store is about to be closed. */
  close(): void {
    for (const done of [...this.#waiters.values()]) done();
  }

  /** Resolves when `ready` holds, the signal aborts, or `span` is over. */
  until(ready: () => boolean, span: Millis, signal: AbortSignal): Promise<void> {
    if (signal.aborted || ready()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(deadline);
        signal.removeEventListener('abort', done);
        this.#waiters.delete(look);
        if (this.#waiters.size === 0) this.#stop();
        resolve();
      };
      const look = () => {
        if (ready()) done();
      };
      const deadline = setTimeout(done, span);
      signal.addEventListener('abort', done);
      this.#waiters.set(look, done);
      this.#timer ??= setInterval(this.poke, POLL_MS);
    });
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
