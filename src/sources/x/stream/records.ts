import type { Millis } from '../../../core/util/time.ts';
import { type Beating, stallDetector } from '../../shared/socket/stall-detector.ts';
import type { SourceContext } from '../../source.ts';
import type { Opened } from '../api/client.ts';
import { XApiError } from '../api/error.ts';
import { type Line, lineSplitter } from './lines.ts';

/** Lines held before reading is paused, and when it goes on. */
const PAUSE_AT = 2000;
const RESUME_AT = 500;
/** Bytes held before reading is paused: lines differ in length. */
const PAUSE_AT_LENGTH = 4 * 2 ** 20;

/** Lines that were read at one time. */
export interface Taken {
  readonly at: Millis;
  /** The time for which they vouch that X was heard. */
  readonly heardAt: Millis;
  readonly lines: readonly Line[];
}

interface Block extends Taken {
  /** Monotonic time at which it was read. */
  readonly since: Millis;
  readonly length: number;
}

/** An open stream with the lines of it that were not taken yet. */
export interface Feed {
  /** Until when X was surely heard. */
  readonly heardAt: Millis;
  /** When bytes were last read, or when we were last ready to read. */
  readonly readAt: Millis;
  readonly count: number;
  /** `readAt` as monotonic time. */
  readonly quietSince: Millis;
  /** Monotonic time at which the first line not taken was read. */
  readonly firstSince: Millis | undefined;
  /** Set when the stream has ended; lines may be left. */
  readonly ended: XApiError | undefined;
  /** At most `limit` lines, the oldest first. */
  take(limit: number): Taken[];
  /** What came after the last line end, once the stream has ended. */
  rest(): string;
  /** Closes the connection; lines may be left. */
  close(): Promise<void>;
}

/** Listens to a stream; `changed` is called when lines have come or it has ended. */
export function feedOf(
  { body, close }: Opened,
  context: Beating & Pick<SourceContext, 'monotonic'>,
  changed: () => void,
): Feed {
  const { now, monotonic } = context;
  const splitter = lineSplitter();
  let blocks: Block[] = [];
  let count = 0;
  let length = 0;
  let readAt = now();
  let quietSince = monotonic();
  let heardAt = readAt;
  let ended: XApiError | undefined;
  const over = new AbortController();
  const vouchedAt = stallDetector(context, () => body.isPaused(), over.signal);

  const end = (trouble: XApiError): void => {
    ended ??= trouble;
    over.abort();
    changed();
  };
  const isFull = () => count >= PAUSE_AT || length >= PAUSE_AT_LENGTH;

  body.on('data', (piece: Buffer) => {
    readAt = now();
    quietSince = monotonic();
    heardAt = vouchedAt(readAt);
    const lines = splitter.push(piece);
    if (lines.length === 0) return;
    blocks.push({ at: readAt, since: quietSince, heardAt, lines, length: piece.length });
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
  // Node drops what a paused stream has read when its connection breaks: it is posts that X has handed over.
  const destroy = body.destroy.bind(body);
  body.destroy = (error?: Error) => {
    while (!body.destroyed && body.read() !== null);
    return destroy(error);
  };

  /** The first `limit` lines of a block that holds more; the rest stays. */
  const takePart = (block: Block, limit: number): Block => {
    const part = Math.floor((block.length * limit) / block.lines.length);
    blocks[0] = { ...block, lines: block.lines.slice(limit), length: block.length - part };
    return { ...block, lines: block.lines.slice(0, limit), length: part };
  };

  return {
    get heardAt() {
      return heardAt;
    },
    get readAt() {
      return readAt;
    },
    get count() {
      return count;
    },
    get quietSince() {
      return quietSince;
    },
    get firstSince() {
      return blocks[0]?.since;
    },
    get ended() {
      return ended;
    },
    take(limit) {
      const taken: Taken[] = [];
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
        quietSince = monotonic();
        body.resume();
      }
      return taken;
    },
    rest: splitter.rest,
    close,
  };
}
