import type { Millis } from '../../../core/util/time.ts';
import type { Wakeup } from '../../shared/socket/wakeup.ts';
import type { SourceContext } from '../../source.ts';
import { XApiError } from '../api/error.ts';
import type { StreamLineReader } from './line.ts';
import type { OpenStream } from './open-stream.ts';

/** A chunk is complete at this many lines, or this long after its first: a durable append costs the same for all. */
const CHUNK_LINES = 500;
const LINGER_MS: Millis = 100;
/** X sends a blank line every 20 s, sometimes late. */
export const SILENCE_MS: Millis = 25_000;

/** How an open stream ended. */
export interface StreamEnd {
  readonly how: 'left' | 'silent' | 'lost';
  /** X's reason, when the stream was lost. */
  readonly error: XApiError;
  readonly lastSeen: Millis;
}

interface ReadLoopOptions {
  /** Notified when the stream changes. */
  readonly changed: Wakeup;
  readonly reader: StreamLineReader;
  /** True once the monthly quota is used up. */
  readonly isOverQuota: () => boolean;
  /** Called for each chunk with the time X was last seen. */
  readonly onSeen: (at: Millis) => void;
}

/** Waits for enough lines, old enough lines, or the end of the stream. Returns `over` at once when the source stops. */
async function nextEvent(
  stream: OpenStream,
  { signal, now }: Pick<SourceContext, 'signal' | 'now'>,
  { wait }: Wakeup,
): Promise<'lines' | 'over' | 'silent'> {
  /** Start of the span whose wait has already timed out. */
  let timedOut: Millis | undefined;
  for (;;) {
    const { count, ended, firstAt, readAt } = stream;
    // Even with lines left: X may send faster than they are taken, and only closing the stream ends that.
    if (signal.aborted) return 'over';
    if (ended !== undefined) return count > 0 ? 'lines' : 'over';
    const start = firstAt ?? readAt;
    const span = firstAt === undefined ? SILENCE_MS : LINGER_MS;
    // Bounded by the span, and waited for only once: the clock may have been set back.
    const left = Math.min(start + span - now(), span);
    if (count >= CHUNK_LINES || left <= 0 || start === timedOut) return count > 0 ? 'lines' : 'silent';
    if (await wait(left)) timedOut = start;
  }
}

/**
 * Reads an open stream to its end; yields when a chunk is ready in the reader. Closes the connection when it returns or
 * is abandoned.
 */
export async function* readLoop(
  stream: OpenStream,
  { changed, reader, isOverQuota, onSeen }: ReadLoopOptions,
  context: SourceContext,
): AsyncGenerator<void, StreamEnd> {
  let lastSeen = stream.lastSeen;
  let announced: XApiError | undefined;

  const takeLines = (): void => {
    for (const batch of stream.take(CHUNK_LINES)) {
      lastSeen = batch.lastSeen;
      for (const line of batch.lines) announced = reader.read(line, batch.at) ?? announced;
    }
    if (stream.count === 0) lastSeen = stream.lastSeen;
    onSeen(lastSeen);
  };

  try {
    let event: Awaited<ReturnType<typeof nextEvent>> = 'lines';
    while (event === 'lines' && announced === undefined && !isOverQuota()) {
      event = await nextEvent(stream, context, changed);
      if (event !== 'lines') break;
      takeLines();
      yield;
    }
    await stream.close();
    while (stream.count > 0) {
      takeLines();
      yield;
    }
    if (reader.readTail(stream.rest(), stream.readAt)) yield;
    const error = announced ?? stream.ended ?? new XApiError('the stream ended', undefined);
    const isLeft = context.signal.aborted || (announced === undefined && isOverQuota());
    return { how: isLeft ? 'left' : event === 'silent' ? 'silent' : 'lost', error, lastSeen };
  } finally {
    await stream.close();
  }
}
