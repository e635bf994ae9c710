import { InvalidRecord, type NewRecord } from '../../../core/stream/record.ts';
import { LONGEST_LINE, parseObject } from '../../../core/util/json.ts';
import { formatTime, type Millis } from '../../../core/util/time.ts';
import { type JetstreamEvent, readJetstream } from '../../../market/posts/networks/jetstream.ts';
import type { Frame } from '../../shared/socket/frame-queue.ts';
import type { Chunk, SourceContext } from '../../source.ts';
import { AUTHORS_PER_REQUEST, type Authors } from '../authors.ts';
import { EventReader } from '../event-reader.ts';
import type { KeptPosts } from '../kept-posts.ts';
import { formatJetstreamPosition, type JetstreamPosition, jetstreamPositionName } from '../position.ts';
import { postFilter } from '../post-filter.ts';
import { PostsSeen } from '../posts-seen.ts';
import { JetstreamCursor } from './jetstream-cursor.ts';
import { ReplayGaps } from './replay-gaps.ts';

export interface StreamReaderSettings {
  readonly topic: string;
  readonly coins: readonly string[];
  readonly allPosts: boolean;
  readonly resume: JetstreamPosition | undefined;
  readonly kept: KeptPosts;
  /** Undefined: authors are not asked for. */
  readonly authors: Authors | undefined;
  /** Without `resume`, reading begins at this time; undefined: at the newest event. */
  readonly from: Millis | undefined;
}

/** A replay takes several batches, so that it is not a chunk for each few posts. */
const CHUNK_RECORDS = 500;

/** Turns the frames of streams into chunks: the events, the gaps between streams, the number of posts, and the position after them. */
export class StreamReader {
  readonly cursor: JetstreamCursor;
  readonly gaps: ReplayGaps;
  readonly #context: Pick<SourceContext, 'warn'>;
  readonly #kept: KeptPosts;
  readonly #seen: PostsSeen;
  readonly #events: EventReader;
  readonly #positionName: string;
  /** Gap markers and counts of minutes for the next chunk. */
  #markers: NewRecord[] = [];

  constructor(settings: StreamReaderSettings, context: Pick<SourceContext, 'now' | 'warn' | 'maxAheadMs'>) {
    const { topic, coins, allPosts, resume, kept, authors, from } = settings;
    const { maxAheadMs = Number.POSITIVE_INFINITY } = context;
    this.#context = context;
    this.#kept = kept;
    this.#seen = new PostsSeen(resume?.seen);
    this.#positionName = jetstreamPositionName(topic);
    this.gaps = new ReplayGaps(resume?.gaps ?? { lastSeen: context.now(), open: null });
    this.cursor = new JetstreamCursor(resume, from ?? context.now());
    if (from !== undefined) this.cursor.disconnected();
    const isSelected = postFilter(coins, allPosts);
    this.#events = new EventReader({
      ...{ topic, allPosts, isSelected, authors, kept, seen: this.#seen, maxAheadMs },
    });
  }

  /** Whether the next chunk is large enough not to wait for more. */
  get isFull(): boolean {
    return this.#events.size >= CHUNK_RECORDS || this.#events.unknownAuthors >= AUTHORS_PER_REQUEST;
  }

  /** A gap begins, or goes on. */
  disconnected(reason: string): void {
    this.gaps.disconnected(reason);
    this.cursor.disconnected();
  }

  /** Reads a frame; returns the service's reason when the frame announces the end of the stream. */
  take({ text, at }: Frame): string | undefined {
    let value: ReturnType<typeof parseObject>;
    try {
      value = parseObject(text, LONGEST_LINE);
    } catch (cause) {
      if (!(cause instanceof InvalidRecord)) throw cause;
      this.#events.reject(text, cause.message, at);
      return undefined;
    }
    const event = readJetstream(value);
    if (event === undefined) this.#events.count('unknown message');
    else if (event.kind === 'error') return this.#failed(String(event.body.error));
    else if (event.kind === 'info') this.#informed(String(event.body.name));
    else if (Number.isNaN(event.time)) this.#events.reject(text, 'time: not a time', at);
    else {
      this.#connect(event);
      if (this.cursor.isRenumbered) return undefined;
      if (this.cursor.advance(event)) this.#events.read(event, { value, text, at });
      else this.#events.count('repeat');
      this.#markers.push(...this.gaps.reached(event.time));
    }
    return undefined;
  }

  /** The first event of a stream tells what is missed. */
  #connect(event: JetstreamEvent): void {
    const first = this.cursor.first(event);
    if (first === undefined) return;
    const { missedFrom, openedAt } = first;
    if (missedFrom !== undefined) this.#markers.push(...this.#seen.cut(missedFrom, event.time));
    this.#markers.push(...this.gaps.replayed(event.time, missedFrom, openedAt));
  }

  #failed(error: string): string {
    if (error === 'ConsumerTooSlow')
      this.#context.warn(
        'bluesky: the server closes the stream because it is read too slowly; resuming at the last event',
      );
    return error;
  }

  #informed(name: string): void {
    if (name === 'OutdatedCursor')
      this.#context.warn(
        `bluesky: the server has no events back to ${formatTime(this.cursor.time)}; what is missed becomes a gap`,
      );
    else this.#events.count(`info: ${name}`);
  }

  /** What has been read since the last call, with the counts of minutes that are over. */
  async *flush(): AsyncGenerator<Chunk> {
    this.#markers.push(...this.#seen.due(this.cursor.time));
    const chunk = await this.chunk();
    yield* this.#kept.fullSegment(this.#positionName);
    yield { ...chunk, position: this.#position() };
  }

  async chunk(): Promise<Chunk> {
    const { records, counts } = await this.#events.flush();
    const markers = this.#markers;
    this.#markers = [];
    return { records: [...markers, ...records], counts, position: this.#position() };
  }

  #position() {
    const value = formatJetstreamPosition({
      ...this.cursor.state(),
      gaps: this.gaps.state(),
      kept: this.#kept.state(),
      seen: this.#seen.state(),
    });
    return { name: this.#positionName, value };
  }
}
