import type { Millis } from '../../../core/util/time.ts';
import type { Wakeup } from '../../shared/socket/wakeup.ts';
import type { SourceContext } from '../../source.ts';
import { XApiError } from '../api/error.ts';
import type { LineReader } from './line.ts';
import type { Feed } from './records.ts';

/** Lines of a chunk at most, and how long the first of them waits for others: a durable append costs the same for all. */
const CHUNK_LINES = 500;
const LINGER_MS: Millis = 100;
/** X sends a blank line every 20 s, at times late. */
export const SILENCE_MS: Millis = 25_000;

/** How an open stream came to its end. */
export interface End {
  readonly how: 'left' | 'silent' | 'lost';
  /** X's own words for the end, where it was lost. */
  readonly trouble: XApiError;
  /** When X was last heard. */
  readonly heard: Millis;
}

interface Given {
  /** Rung when the feed changes. */
  readonly alarm: Wakeup;
  readonly reader: LineReader;
  /** Nothing more may be taken this month. */
  readonly isFull: () => boolean;
  /** Called for each part that was read, with the time X was heard last. */
  readonly heard: (at: Millis) => void;
}

type Watch = Pick<SourceContext, 'signal' | 'monotonic'>;

/** Waits until there are lines enough, or old enough, or none will come; `over` at once when the source is asked to stop. */
async function next(
  feed: Feed,
  { signal, monotonic }: Watch,
  { wait }: Wakeup,
): Promise<'lines' | 'over' | 'silent'> {
  for (;;) {
    const { count, ended, firstSince, quietSince } = feed;
    // Also while lines are left: X may send faster than they are taken, and closing the feed ends that.
    if (signal.aborted) return 'over';
    if (ended !== undefined) return count > 0 ? 'lines' : 'over';
    const begun = firstSince ?? quietSince;
    const span = firstSince === undefined ? SILENCE_MS : LINGER_MS;
    const left = begun + span - monotonic();
    if (count >= CHUNK_LINES || left <= 0) return count > 0 ? 'lines' : 'silent';
    await wait(left);
  }
}

/**
 * Reads an open stream to its end, whatever ends it; yields when a chunk is ready in the reader. The connection is
 * closed when it returns or is left.
 */
export async function* readLoop(feed: Feed, given: Given, context: SourceContext): AsyncGenerator<void, End> {
  const { reader, alarm } = given;
  let heard = feed.heardAt;
  let said: XApiError | undefined;

  const takeLines = (): void => {
    for (const { at, heardAt, lines } of feed.take(CHUNK_LINES)) {
      heard = heardAt;
      for (const line of lines) said = reader.read(line, at) ?? said;
    }
    if (feed.count === 0) heard = feed.heardAt;
    given.heard(heard);
  };

  try {
    let state: Awaited<ReturnType<typeof next>> = 'lines';
    while (state === 'lines' && said === undefined && !given.isFull()) {
      state = await next(feed, context, alarm);
      if (state !== 'lines') break;
      takeLines();
      yield;
    }
    await feed.close();
    while (feed.count > 0) {
      takeLines();
      yield;
    }
    if (reader.readTail(feed.rest(), feed.readAt)) yield;
    const lost = said ?? feed.ended ?? new XApiError('the stream ended', undefined);
    const isLeft = context.signal.aborted || (said === undefined && given.isFull());
    return { how: isLeft ? 'left' : state === 'silent' ? 'silent' : 'lost', trouble: lost, heard };
  } finally {
    await feed.close();
  }
}
