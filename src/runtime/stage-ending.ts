import type { FinishMode } from './stage.ts';

/** How a stage ends: at once by `stop`, otherwise at the current end offsets. */
export class StageEnding {
  readonly #ended = new AbortController();
  readonly #stopped = new AbortController();
  #mode: FinishMode | 'stop' | undefined;

  /** Undefined while the stage runs. */
  get mode(): FinishMode | 'stop' | undefined {
    return this.#mode;
  }

  /** Aborts when there is a mode. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Aborts at `stop`, which may come after another mode. */
  get stopping(): AbortSignal {
    return this.#stopped.signal;
  }

  end(mode: FinishMode | 'stop'): void {
    this.#mode = mode;
    this.#ended.abort();
    if (mode === 'stop') this.#stopped.abort();
  }
}
