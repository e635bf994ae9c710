import type { Millis } from '../util/time.ts';
import type { Restored, StateChange } from './keyed-state.ts';
import { MinuteBuckets } from './minute-buckets.ts';

/** Remembers which posts an author wrote for `horizon` of event time, so that they can be deleted with their author. */
export class AuthorPosts {
  readonly #minutes: MinuteBuckets<Map<string, string[]>>;

  constructor(horizon: Millis, restored: Restored = new Map()) {
    const owner = {
      prefix: 'author|',
      make: () => new Map<string, string[]>(),
      restore: (posts: Map<string, string[]>, text: string) => {
        const [author, id] = JSON.parse(text) as [string, string];
        addTo(posts, author, id);
      },
    };
    this.#minutes = new MinuteBuckets(horizon, owner, restored);
  }

  add(author: string, id: string, time: Millis): void {
    addTo(this.#minutes.add(time, JSON.stringify([author, id])), author, id);
  }

  /** The remembered posts of an author, each once, in the order of their ids. */
  idsOf(author: string): readonly string[] {
    const ids = new Set<string>();
    for (const posts of this.#minutes.contents()) for (const id of posts.get(author) ?? []) ids.add(id);
    return [...ids].sort();
  }

  changes(): StateChange[] {
    return this.#minutes.changes();
  }
}

function addTo(posts: Map<string, string[]>, author: string, id: string): void {
  const ids = posts.get(author);
  if (ids === undefined) posts.set(author, [id]);
  else ids.push(id);
}
