/** Bytes of a pipe that are looked at before they are read: what was taken is given again. */
export class Replay {
  readonly #source: AsyncIterator<Buffer>;
  readonly #taken: Buffer[] = [];
  isOver = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Takes one more chunk; false at the end. */
  async more(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    this.isOver = done === true;
    if (!done) this.#taken.push(value);
    return !done;
  }

  /** What was taken so far. */
  get head(): Buffer {
    return Buffer.concat(this.#taken);
  }

  /** All bytes from the start; those that it takes are kept, and may be read again. */
  async *preview(): AsyncGenerator<Buffer> {
    for (let at = 0; at < this.#taken.length || (await this.more()); at++) yield this.#taken[at]!;
  }

  /** All bytes from the start, once; none is kept. */
  async *all(): AsyncGenerator<Buffer> {
    try {
      for (let next = this.#taken.shift(); next !== undefined; next = this.#taken.shift()) yield next;
      if (!this.isOver) yield* { [Symbol.asyncIterator]: () => this.#source };
    } finally {
      await this.#source.return?.();
    }
  }
}
