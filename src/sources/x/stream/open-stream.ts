import type { Millis } from '../../../core/util/time.ts';
import { type StallContext, stallDetector } from '../../shared/socket/stall-detector.ts';
import { XApiError } from '../api/error.ts';
import type { Connection } from '../api/x-client.ts';
import { type Line, lineSplitter } from './lines.ts';

/** Reading pauses at this many buffered lines and resumes below the second limit. */
const PAUSE_AT = 2000;
const RESUME_AT = 500;
/** Reading also pauses at this many buffered bytes, because lines differ in length. */
const PAUSE_AT_LENGTH = 4 * 2 ** 20;

/** Lines of one read. */
export interface LineBatch {
  readonly at: Millis;
  /** The last time at which X was certainly alive. */
  readonly lastSeen: Millis;
  readonly lines: readonly Line[];
}

interface Block extends LineBatch {
  readonly length: number;
}

/** An open stream with its buffered lines. */
export interface OpenStream {
  /** The last time at which X was certainly alive. */
  readonly lastSeen: Millis;
  /** When bytes were last read, or reading last resumed. */
  readonly readAt: Millis;
  readonly count: number;
  /** When the oldest buffered line was read. */
  readonly firstAt: Millis | undefined;
  /** Set when the stream has ended; buffered lines may remain. */
  readonly ended: XApiError | undefined;
  /** At most `limit` lines, oldest first. */
  take(limit: number): LineBatch[];
  /** The unterminated last line, once the stream has ended. */
  rest(): string;
  /** Closes the connection; buffered lines remain. */
  close(): Promise<void>;
}

/** Buffers the lines of a connection; calls `changed` when lines arrive and when the stream ends. */
export function openStreamOf(
  { body, close }: Connection,
  context: StallContext,
  changed: () => void,
): OpenStream {
  const { now } = context;
  const splitter = lineSplitter();
  let blocks: Block[] = [];
  let count = 0;
  let length = 0;
  let readAt = now();
  let lastSeen = readAt;
  let ended: XApiError | undefined;
  const closed = new AbortController();
  const aliveAt = stallDetector(context, () => body.isPaused(), closed.signal);

  const end = (error: XApiError): void => {
    ended ??= error;
    closed.abort();
    changed();
  };
  const isFull = () => count >= PAUSE_AT || length >= PAUSE_AT_LENGTH;

  body.on('data', (piece: Buffer) => {
    readAt = now();
    lastSeen = aliveAt(readAt);
    const lines = splitter.push(piece);
    if (lines.length === 0) return;
    blocks.push({ at: readAt, lastSeen, lines, length: piece.length });
    count += lines.length;
    length += piece.length;
    if (isFull()) body.pause();
    changed();
  });
  body.on('end', () => end(new XApiError('X ended the stream', undefined)));
  body.on('error', (error: NodeJS.ErrnoException) =>
    end(new XApiError(`the stream broke off (${error.code ?? error.message})`, undefined)),
  );
  body.on('close', () => end(new XApiError('the stream broke off', undefined)));
  // When a connection breaks, Node discards what a paused stream has already read. X has billed those posts, so read them.
  const destroy = body.destroy.bind(body);
  body.destroy = (error?: Error) => {
    while (!body.destroyed && body.read() !== null);
    return destroy(error);
  };

  /** Splits the first `limit` lines off the oldest block. */
  const takePart = (block: Block, limit: number): Block => {
    const part = Math.floor((block.length * limit) / block.lines.length);
    blocks[0] = { ...block, lines: block.lines.slice(limit), length: block.length - part };
    return { ...block, lines: block.lines.slice(0, limit), length: part };
  };

  return {
    get lastSeen() {
      return lastSeen;
    },
    get readAt() {
      return readAt;
    },
    get count() {
      return count;
    },
    get firstAt() {
      return blocks[0]?.at;
    },
    get ended() {
      return ended;
    },
    take(limit) {
      const taken: LineBatch[] = [];
      for (let left = limit; left > 0 && blocks.length > 0; ) {
        const block = blocks[0]!;
        const piece = block.lines.length > left ? takePart(block, left) : block;
        if (piece === block) blocks = blocks.slice(1);
        left -= piece.lines.length;
        count -= piece.lines.length;
        length -= piece.length;
        taken.push(piece);
      }
      if (body.isPaused() && count <= RESUME_AT && !isFull()) {
        readAt = now();
        body.resume();
      }
      return taken;
    },
    rest: splitter.rest,
    close,
  };
}
