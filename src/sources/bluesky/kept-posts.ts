import type { Chunk, SourceContext } from '../source.ts';
import { shortHash } from './stream/recent-events.ts';

/** A segment is stored once it has this many posts; until then they are in the position. */
const SEGMENT = 250;
/** The newest 32,000 posts are known. */
const SEGMENTS = 128;

/** Posts that are in no full segment, as hashes of author and key; the number of the segment that they will make. */
export interface KeptState {
  readonly posts: readonly string[];
  readonly segment: number;
}

const HASH = 8;

/**
 * The posts that passed the filter, so that only their deletions are passed on: those of the whole network are many times as
 * many. Bounded: older ones are forgotten, and their deletions are not noticed.
 */
export class KeptPosts {
  /** Hashes by segment; the last one is open. */
  readonly #segments = new Map<number, string[]>();
  readonly #posts = new Map<string, number>();
  readonly #authors = new Map<string, number>();
  #open: number;

  private constructor(open: number) {
    this.#open = open;
  }

  /** Reads the stored segments. */
  static async restore(
    name: string,
    { posts, segment }: KeptState,
    { position }: Pick<SourceContext, 'position'>,
  ): Promise<KeptPosts> {
    const kept = new KeptPosts(segment);
    for (let number = Math.max(0, segment - SEGMENTS); number < segment; number++) {
      const text = await position(segmentName(name, number));
      for (let at = 0; text !== undefined && at < text.length; at += 2 * HASH)
        kept.#add(number, text.slice(at, at + 2 * HASH));
    }
    for (const hash of posts) kept.#add(segment, hash);
    return kept;
  }

  add(did: string, rkey: string): void {
    this.#add(this.#open, hashOf(did, rkey));
  }

  has(did: string, rkey: string): boolean {
    return this.#posts.has(hashOf(did, rkey));
  }

  hasAuthor(did: string): boolean {
    return this.#authors.has(shortHash(did));
  }

  /** The full segment as a chunk to store before the next position, or none. */
  *fullSegment(name: string): Generator<Chunk> {
    const posts = this.#segments.get(this.#open) ?? [];
    if (posts.length < SEGMENT) return;
    yield { records: [], position: { name: segmentName(name, this.#open), value: posts.join('') } };
    this.#open++;
    this.#forget(this.#open - SEGMENTS - 1);
  }

  state(): KeptState {
    return { posts: this.#segments.get(this.#open) ?? [], segment: this.#open };
  }

  #add(number: number, hash: string): void {
    if (this.#posts.has(hash)) return;
    const segment = this.#segments.get(number);
    if (segment === undefined) this.#segments.set(number, [hash]);
    else segment.push(hash);
    this.#posts.set(hash, number);
    this.#authors.set(hash.slice(0, HASH), number);
  }

  #forget(number: number): void {
    for (const hash of this.#segments.get(number) ?? []) {
      this.#posts.delete(hash);
      // A newer post of the author may be known.
      if (this.#authors.get(hash.slice(0, HASH)) === number) this.#authors.delete(hash.slice(0, HASH));
    }
    this.#segments.delete(number);
  }
}

const segmentName = (name: string, number: number): string => `${name}/kept/${number % SEGMENTS}`;
const hashOf = (did: string, rkey: string): string => shortHash(did) + shortHash(rkey);
