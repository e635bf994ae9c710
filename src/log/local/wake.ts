import type { Millis } from '../../core/util/time.ts';

/** How often waiters check for writes of other processes; less than half of the 50 ms that a follower may take. */
const POLL_MS: Millis = 20;

/** Wakes waiters when their condition holds: at once after a commit of this process, otherwise by polling. */
export class Wake {
  /** By waiter: how to check its condition, and how to release it. */
  readonly #waiters = new Map<() => void, () => void>();
  #timer: NodeJS.Timeout | undefined;

  /** Checks every condition now. */
  poke = (): void => {
    for (const check of [...this.#waiters.keys()]) check();
  };

  /** Releases every waiter before the store is closed. */
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
        this.#waiters.delete(check);
        if (this.#waiters.size === 0) this.#stop();
        resolve();
      };
      const check = () => {
        if (ready()) done();
      };
      const deadline = setTimeout(done, span);
      signal.addEventListener('abort', done);
      this.#waiters.set(check, done);
      this.#timer ??= setInterval(this.poke, POLL_MS);
    });
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
