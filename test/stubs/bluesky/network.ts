import type { Millis } from '../../../src/core/util/time.ts';

/** Something that happened on the network, before any server has numbered it. */
export interface NetworkEvent {
  /** From 1; each server adds its own offset. */
  readonly number: number;
  readonly at: Millis;
  readonly kind: 'commit' | 'account' | 'identity' | 'sync';
  readonly did: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface CommitParts {
  readonly did?: string;
  readonly rkey?: string;
  readonly operation?: 'create' | 'update' | 'delete';
  readonly collection?: string;
  readonly record?: Readonly<Record<string, unknown>>;
}

const LETTERS = '234567abcdefghijklmnopqrstuvwxyz';

/** A record key or revision as Bluesky makes them: 13 letters that increase. */
const keyOf = (number: number): string => {
  let text = '';
  for (let rest = number, at = 0; at < 9; at++, rest = Math.floor(rest / 32))
    text = LETTERS[rest % 32] + text;
  return `3m6a${text}`;
};

export const didOf = (number: number): string => `did:plc:author${keyOf(number)}`;
export const uriOf = ({ did, body }: NetworkEvent): string => `at://${did}/app.bsky.feed.post/${body.rkey}`;

/** The network that several servers show: events in order. All invented. */
export class StubNetwork {
  readonly events: NetworkEvent[] = [];
  readonly #listeners = new Set<(event: NetworkEvent) => void>();
  readonly #now: () => Millis;

  constructor(now: () => Millis) {
    this.#now = now;
  }

  listen(listener: (event: NetworkEvent) => void): void {
    this.#listeners.add(listener);
  }

  add(
    kind: NetworkEvent['kind'],
    did: string,
    body: Readonly<Record<string, unknown>>,
    at?: Millis,
  ): NetworkEvent {
    const event = { number: this.events.length + 1, at: at ?? this.#now(), kind, did, body };
    this.events.push(event);
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  commit(parts: CommitParts = {}, at?: Millis): NetworkEvent {
    const next = this.events.length + 1;
    const { operation = 'create', collection = 'app.bsky.feed.post' } = parts;
    const { did = didOf(next % 40), rkey = keyOf(next), record } = parts;
    return this.add(
      'commit',
      did,
      {
        rev: keyOf(next),
        operation,
        collection,
        rkey,
        ...(operation !== 'delete' && { cid: 'bafyreia', record }),
      },
      at,
    );
  }

  /** A post with a text; `record` changes its other fields. */
  post(text: string, parts: CommitParts = {}, at?: Millis): NetworkEvent {
    const createdAt = new Date(at ?? this.#now()).toISOString();
    const record = { $type: 'app.bsky.feed.post', text, createdAt, langs: ['en'], ...parts.record };
    return this.commit({ ...parts, record }, at);
  }

  /** Deletes the post of an event. */
  delete({ did, body }: NetworkEvent): NetworkEvent {
    return this.commit({ did, rkey: String(body.rkey), operation: 'delete' });
  }

  /** Ends an account, or another status of it. */
  account(did: string, status: string | undefined): NetworkEvent {
    return this.add('account', did, {
      active: status === undefined,
      ...(status !== undefined && { status }),
    });
  }
}
