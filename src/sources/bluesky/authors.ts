import { isObject, type Json, objectsOf } from '../../core/util/json.ts';
import { doublingDelay } from '../../core/util/retry.ts';
import { DAY, formatSpan, MINUTE, type Millis } from '../../core/util/time.ts';
import { type HttpClient, httpClient } from '../shared/http/client.ts';
import { HttpError } from '../shared/http/http-error.ts';
import type { SourceContext } from '../source.ts';

/** What is known of an author, by Bluesky's names; null where the service has none. */
export interface AuthorProfile {
  readonly handle: unknown;
  readonly displayName: unknown;
  readonly followersCount: unknown;
}

/** The service takes this many authors in a request. */
export const AUTHORS_PER_REQUEST = 25;
const KEPT_MS: Millis = DAY;
const MOST_AUTHORS = 50_000;
/** After a failure the service is left alone this long; posts go on without their authors. */
const pauseAfter = doublingDelay(MINUTE, 15 * MINUTE);

interface Known {
  readonly at: Millis;
  /** Null: the service does not know the author. */
  readonly profile: AuthorProfile | null;
}

const profileOf = ({ handle, displayName, followersCount }: Json): AuthorProfile => ({
  handle: handle ?? null,
  displayName: displayName ?? null,
  followersCount: followersCount ?? null,
});

/** Asks Bluesky's public API about authors, and remembers the answers for a day. It never fails. */
export class Authors {
  readonly #client: HttpClient;
  readonly #context: SourceContext;
  readonly #known = new Map<string, Known>();
  #failures = 0;
  #pausedUntil: Millis = Number.NEGATIVE_INFINITY;

  constructor(url: string, context: SourceContext) {
    this.#client = httpClient(url, context);
    this.#context = context;
  }

  isKnown(did: string): boolean {
    const known = this.#known.get(did);
    return known !== undefined && this.#context.monotonic() - known.at < KEPT_MS;
  }

  of(did: string): AuthorProfile | null {
    return this.#known.get(did)?.profile ?? null;
  }

  /** Asks about the authors that are not known yet, 25 at a time. */
  async ask(dids: readonly string[]): Promise<void> {
    const missing = [...new Set(dids)].filter((did) => !this.isKnown(did));
    for (let at = 0; at < missing.length; at += AUTHORS_PER_REQUEST) {
      if (this.#context.signal.aborted || this.#context.monotonic() < this.#pausedUntil) return;
      await this.#askSome(missing.slice(at, at + AUTHORS_PER_REQUEST));
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #askSome(dids: readonly string[]): Promise<void> {
    const query = dids.map((did) => `actors=${encodeURIComponent(did)}`).join('&');
    try {
      const { status, body, retryAfterMs } = await this.#client.get(
        `/xrpc/app.bsky.actor.getProfiles?${query}`,
      );
      if (status !== 200 || !isObject(body)) throw new HttpError('status', `HTTP ${status}`, retryAfterMs);
      this.#remember(dids, objectsOf(body.profiles));
    } catch (error) {
      if (this.#context.signal.aborted) return;
      if (!(error instanceof HttpError)) throw error;
      this.#failed(error);
    }
  }

  #remember(dids: readonly string[], profiles: readonly Json[]): void {
    if (this.#failures > 0) this.#context.info('bluesky: authors are known again');
    this.#failures = 0;
    const at = this.#context.monotonic();
    const answered = new Map(profiles.map((profile) => [profile.did, profileOf(profile)]));
    for (const did of dids) {
      this.#known.delete(did);
      this.#known.set(did, { at, profile: answered.get(did) ?? null });
    }
    for (const did of this.#known.keys()) {
      if (this.#known.size <= MOST_AUTHORS) break;
      this.#known.delete(did);
    }
  }

  #failed({ message, waitMs }: HttpError): void {
    this.#failures++;
    const pause = Math.max(waitMs, pauseAfter(this.#failures));
    this.#pausedUntil = this.#context.monotonic() + pause;
    if (this.#failures === 1)
      this.#context.warn(
        `bluesky: no data about authors (${message}); posts go on without names and followers, trying again in ${formatSpan(pause)}`,
      );
  }
}
