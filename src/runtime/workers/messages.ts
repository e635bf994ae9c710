import type { MessagePort } from 'node:worker_threads';
import { type ErrorCode, UserError } from '../../core/errors.ts';
import type { Restored, StateChange } from '../../core/stream/keyed-state.ts';
import type { EncodedBatch } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';
import type { FinishMode, StageStats } from '../stage.ts';
import type { PackedBatch, PackedOutputs } from './packing.ts';

/** What a worker needs to run one task: plain data, copied between threads. */
export interface TaskStart {
  readonly processor: string;
  readonly settings: object;
  readonly files: ReadonlyMap<string, string>;
  readonly renames: ReadonlyMap<string, readonly string[]>;
  readonly commitEveryMs: Millis;
  readonly maxAheadMs: Millis;
  readonly group: string;
  readonly partition: number;
  /** See Task. */
  readonly takesBytes: boolean;
  /** The tasks of the stage proceed side by side. */
  readonly isPaced: boolean;
  readonly positions: ReadonlyMap<string, number>;
  /** How the stage ends, if it does already, and the end offsets of the task. */
  readonly ending: Ending | undefined;
  readonly ends: ReadonlyMap<string, number> | undefined;
}

export type Ending = FinishMode | 'stop';

/** What the thread of the log does for a task, with its arguments. Each is answered. */
export interface Calls {
  state: { readonly args: readonly []; readonly answer: Restored };
  read: {
    readonly args: readonly [topic: string, maxBytes: number];
    readonly answer: { readonly batches: readonly (PackedBatch | EncodedBatch)[]; readonly position: number };
  };
  ends: { readonly args: readonly []; readonly answer: ReadonlyMap<string, number> };
  grown: { readonly args: readonly [span: Millis]; readonly answer: undefined };
  commit: {
    readonly args: readonly [
      outputs: PackedOutputs,
      offsets: ReadonlyMap<string, number>,
      state: readonly StateChange[],
    ];
    readonly answer: undefined;
  };
  /** `time`: of the next record; undefined: there is none. */
  pace: { readonly args: readonly [time: Millis | undefined]; readonly answer: undefined };
  seek: { readonly args: readonly [topic: string, offset: number]; readonly answer: undefined };
}

/** Counts since the last report, and where the task is. */
export interface TaskReport {
  readonly counts: StageStats;
  readonly watermark: Millis | undefined;
  readonly offsets: ReadonlyMap<string, number>;
}

export type FromWorker =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly name: keyof Calls;
      readonly args: readonly unknown[];
    }
  | { readonly kind: 'progress'; readonly progress: TaskReport }
  | { readonly kind: 'warn'; readonly text: string; readonly once: boolean }
  | { readonly kind: 'ended'; readonly lost: SentError | undefined }
  | { readonly kind: 'failed'; readonly error: SentError };

export type ToWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: SentError }
  | { readonly kind: 'ending'; readonly mode: Ending }
  | { readonly kind: 'revoked'; readonly reason: SentError | undefined };

/** An error as plain data. */
export interface SentError {
  readonly user: { readonly code: ErrorCode; readonly hint: string; readonly retry: boolean } | undefined;
  readonly message: string;
  readonly stack: string | undefined;
}

export function sentError(error: unknown): SentError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const user =
    error instanceof UserError ? { code: error.code, hint: error.hint, retry: error.retry } : undefined;
  return { user, message, stack };
}

export function receivedError({ user, message, stack }: SentError): Error {
  if (user !== undefined) return new UserError(user.code, message, user.hint, user.retry);
  return Object.assign(new Error(message), { stack });
}

/** `moved`: buffers of the message that the other thread takes over, instead of a copy. */
export const sendToWorker = (
  port: MessagePort,
  message: ToWorker,
  moved: readonly ArrayBuffer[] = [],
): void => port.postMessage(message, moved);
export const sendToLog = (port: MessagePort, message: FromWorker, moved: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, moved);
