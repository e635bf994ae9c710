import type { Millis } from '../../../core/util/time.ts';

/** A text message, and when it was read by the wall clock. */
export interface Frame {
  readonly at: Millis;
  readonly text: string;
}

/** A batch is complete at this many messages. */
const BATCH = 500;
/** Characters. A WebSocket cannot be paused, so its connection must end beyond this. */
const LARGEST_BACKLOG = 64 * 2 ** 20;

/** Unread messages, handed out in batches: a durable write costs the same for one message as for many. */
export interface FrameQueue {
  /** `monotonicAt` starts the linger of the batch. */
  push(frame: Frame, monotonicAt: Millis): void;
  /** The monotonic time at which the batch is complete; undefined without messages. */
  dueAt(): Millis | undefined;
  isFull(): boolean;
  /** All messages, oldest first; undefined if there are none. */
  takeAll(): readonly Frame[] | undefined;
}

export function frameQueue(lingerMs: Millis): FrameQueue {
  let frames: Frame[] = [];
  let length = 0;
  let firstAt: Millis | undefined;
  return {
    push(frame, monotonicAt) {
      frames.push(frame);
      length += frame.text.length;
      firstAt ??= monotonicAt;
    },
    dueAt: () =>
      frames.length >= BATCH
        ? Number.NEGATIVE_INFINITY
        : firstAt === undefined
          ? undefined
          : firstAt + lingerMs,
    isFull: () => length > LARGEST_BACKLOG,
    takeAll() {
      if (frames.length === 0) return undefined;
      const taken = frames;
      frames = [];
      length = 0;
      firstAt = undefined;
      return taken;
    },
  };
}
