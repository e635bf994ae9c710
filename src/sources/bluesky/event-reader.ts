import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import type { Json } from '../../core/util/json.ts';
import type { Millis } from '../../core/util/time.ts';
import { blueskyEventOf } from '../../market/posts/networks/bluesky.ts';
import type { JetstreamEvent } from '../../market/posts/networks/jetstream.ts';
import type { NetworkEvent } from '../../market/posts/networks/network.ts';
import { postRecords } from '../shared/post-records.ts';
import { rejectLine } from '../shared/rejects.ts';
import type { Authors } from './authors.ts';
import type { KeptPosts } from './kept-posts.ts';
import type { PostFilter } from './post-filter.ts';
import type { PostsSeen } from './posts-seen.ts';

interface EventReaderOptions {
  readonly topic: string;
  /** Every post, deletion and deleted account is written. */
  readonly allPosts: boolean;
  readonly isSelected: PostFilter;
  /** Undefined: authors are not asked for. */
  readonly authors: Authors | undefined;
  readonly kept: KeptPosts;
  readonly seen: PostsSeen;
  /** How far ahead of the clock a time may be. */
  readonly maxAheadMs: Millis;
}

/** A frame to write; `author`: of a post whose author's data goes with it. */
interface Line {
  readonly value: Json;
  readonly text: string;
  readonly at: Millis;
  readonly author?: string;
}

/** Turns events into records: posts that pass the filter, and what deletes such posts. */
export class EventReader {
  readonly #options: EventReaderOptions;
  #lines: Line[] = [];
  #rejects: NewRecord[] = [];
  #counts: Record<string, number> = {};
  /** Authors that must be asked for. */
  readonly #unknown = new Set<string>();

  constructor(options: EventReaderOptions) {
    this.#options = options;
  }

  /** Frames to write. */
  get size(): number {
    return this.#lines.length + this.#rejects.length;
  }

  get unknownAuthors(): number {
    return this.#unknown.size;
  }

  count(reason: string): void {
    this.#counts[reason] = (this.#counts[reason] ?? 0) + 1;
  }

  reject(text: string, why: string, at: Millis): void {
    this.#rejects.push(rejectLine({ source: 'bluesky', topic: this.#options.topic }, text, why, at));
  }

  read(event: JetstreamEvent, line: Omit<Line, 'author'>): void {
    const other = blueskyEventOf(event);
    if (other !== undefined) {
      this.#readOther(other, event, line);
      return;
    }
    if (event.body.operation === 'create') this.#options.seen.add(event.time);
    try {
      this.#readPost(event, line);
    } catch (cause) {
      if (!(cause instanceof InvalidRecord)) throw cause;
      this.reject(line.text, cause.message, line.at);
    }
  }

  #readPost(event: JetstreamEvent, line: Omit<Line, 'author'>): void {
    const { allPosts, isSelected, authors, kept } = this.#options;
    const { did = '', body } = event;
    const rkey = String(body.rkey);
    // An edited post that names no coin any more still replaces its earlier version.
    if (!isSelected(event) && !(body.operation === 'update' && kept.has(did, rkey))) {
      this.count('no coin');
      return;
    }
    if (!allPosts) kept.add(did, rkey);
    if (authors === undefined) {
      this.#lines.push(line);
      return;
    }
    if (!authors.isKnown(did)) this.#unknown.add(did);
    this.#lines.push({ ...line, author: did });
  }

  #readOther(
    { kind, postId, authorId }: NetworkEvent,
    { did = '', body }: JetstreamEvent,
    line: Omit<Line, 'author'>,
  ): void {
    const { allPosts, kept } = this.#options;
    const isKept =
      (postId !== undefined && (allPosts || kept.has(did, String(body.rkey)))) ||
      (authorId !== undefined && (allPosts || kept.hasAuthor(did)));
    if (isKept) this.#lines.push(line);
    else this.count(kind);
  }

  /** The results since the last call, with the authors of the posts. */
  async flush(): Promise<{
    readonly records: readonly NewRecord[];
    readonly counts: Readonly<Record<string, number>>;
  }> {
    const { authors } = this.#options;
    if (this.#unknown.size > 0) await authors?.ask([...this.#unknown]);
    const records = [...this.#rejects, ...this.#lines.flatMap((line) => this.#recordsOf(line))];
    const counts = this.#counts;
    this.#lines = [];
    this.#rejects = [];
    this.#counts = {};
    this.#unknown.clear();
    return { records, counts };
  }

  #recordsOf({ value, text, at, author }: Line): readonly NewRecord[] {
    const { topic, maxAheadMs, authors } = this.#options;
    const profile = author === undefined ? null : (authors?.of(author) ?? null);
    const line =
      profile === null ? text : `${text.trimEnd().slice(0, -1)},"author":${JSON.stringify(profile)}}`;
    try {
      return postRecords(value, line, { source: 'bluesky', topic, receivedAt: at, latest: at + maxAheadMs });
    } catch (cause) {
      if (!(cause instanceof InvalidRecord)) throw cause;
      return [rejectLine({ source: 'bluesky', topic }, text, cause.message, at)];
    }
  }
}
