import type { MessagePort } from 'node:worker_threads';
import type { Batch, DecodeBatch } from '../../core/stream/record.ts';
import { unlessAborted } from '../../core/util/aborted.ts';
import type { Task } from '../../log/log.ts';
import { type Calls, receivedError, sendToLog, type TaskStart, type ToWorker } from './messages.ts';
import { packOutputs, unpackBatch } from './packing.ts';

interface Pending {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** A task whose log is in another thread: every step is a message. Reads one step ahead. */
export class PortedTask implements Task {
  readonly group: string;
  readonly partition: number;
  readonly takesBytes: boolean;
  readonly #port: MessagePort;
  readonly #revoked = new AbortController();
  readonly #pending = new Map<number, Pending>();
  readonly #positions: Map<string, number>;
  /** Reads that were asked for before the task needs them, by topic. */
  readonly #ahead = new Map<string, Promise<Calls['read']['answer']>>();
  readonly #decode: DecodeBatch;
  #calls = 0;

  constructor(
    port: MessagePort,
    { group, partition, takesBytes, positions }: TaskStart,
    decode: DecodeBatch,
  ) {
    this.#port = port;
    this.#decode = decode;
    this.group = group;
    this.partition = partition;
    this.takesBytes = takesBytes;
    this.#positions = new Map(positions);
  }

  get revoked(): AbortSignal {
    return this.#revoked.signal;
  }

  /** Takes a message of the log's thread. */
  receive(message: Exclude<ToWorker, { kind: 'ending' }>): void {
    if (message.kind === 'revoked') {
      this.#revoked.abort(message.reason && receivedError(message.reason));
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === 'answer') pending?.resolve(message.answer as never);
    else pending?.reject(receivedError(message.error));
  }

  #call<N extends keyof Calls>(name: N, ...args: Calls[N]['args']): Promise<Calls[N]['answer']> {
    return this.#callMoving([], name, ...args);
  }

  /** `moved`: buffers in the arguments, which are of no more use here. */
  #callMoving<N extends keyof Calls>(
    moved: readonly ArrayBuffer[],
    name: N,
    ...args: Calls[N]['args']
  ): Promise<Calls[N]['answer']> {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      sendToLog(this.#port, { kind: 'call', id, name, args }, moved);
    });
  }

  state = () => this.#call('state');
  ends = () => this.#call('ends');
  position = (topic: string): number => this.#positions.get(topic)!;
  /** The log's thread ends a lost task. */
  lose(): void {}
  async release(): Promise<void> {}

  seek(topic: string, offset: number): void {
    this.#ahead.delete(topic);
    this.#positions.set(topic, offset);
    this.#call('seek', topic, offset).catch(() => {});
  }

  async read(topic: string, maxBytes: number, asBytes?: boolean): Promise<readonly Batch[]> {
    const ahead = this.#ahead.get(topic);
    this.#ahead.delete(topic);
    let answer = await ahead;
    // Records may have come since an answer that found none.
    if (answer === undefined || answer.batches.length === 0)
      answer = await this.#call('read', topic, maxBytes);
    const { batches, position } = answer;
    if (batches.length > 0) {
      const next = this.#call('read', topic, maxBytes);
      next.catch(() => {});
      this.#ahead.set(topic, next);
    }
    const decoded = batches.map((batch) =>
      'bytes' in batch ? this.#decode(batch, asBytes) : unpackBatch(batch),
    );
    this.#positions.set(topic, position);
    return decoded;
  }

  /** Waits for the other tasks of the stage, if `time` of the next record is too far ahead of theirs. */
  async pace(time: number | undefined): Promise<void> {
    await this.#call('pace', time);
  }

  async grown(span: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await unlessAborted(signal, this.#call('grown', span));
  }

  async commit({ outputs, offsets, state }: Parameters<Task['commit']>[0]): Promise<void> {
    const packed = packOutputs(outputs);
    await this.#callMoving(packed.chunks, 'commit', packed, offsets, state);
  }
}
