import type { WebSocket } from 'ws';
import { hashEvent, type NostrEvent } from '../../src/sources/nostr/event.ts';
import type { NostrFilter } from '../../src/sources/nostr/filters.ts';
import { type Refusal, type SocketStub, startSocketStub } from './socket-server.ts';

export interface NostrStubSettings {
  /** 0: any free one. */
  readonly port?: number;
  /** The time in header Date; the system's by default. */
  readonly now?: () => number;
  /** Publishes invented posts by itself; none by default. */
  readonly postsPerSecond?: number;
}

/** What a relay does; change it at any time. */
export interface NostrSwitches {
  /** The most stored events of one subscription, whatever was asked. */
  maxLimit: number;
  /** Fields of `limitation` in the relay's information; undefined: it has none, and answers 404. */
  limitation: Readonly<Record<string, unknown>> | undefined;
  /** Answers the next subscriptions with CLOSED and these reasons. */
  readonly closed: string[];
  /** Sent to each new connection. */
  notice: string | undefined;
  challenge: string | undefined;
  /** Answers no subscription. */
  isMute: boolean;
  refusal: Refusal | undefined;
}

export interface NostrStub extends SocketStub {
  /** ws://127.0.0.1:PORT */
  readonly relayUrl: string;
  readonly switches: NostrSwitches;
  readonly events: readonly unknown[];
  /** The filters of each subscription, in order. */
  readonly asked: readonly (readonly NostrFilter[])[];
  /** Stores events, and sends them to the subscriptions that they match. */
  publish(...events: readonly unknown[]): void;
  /** Sends a text to every connection, as it is. */
  send(text: string): void;
  /** Cuts every connection, without a close frame. */
  cut(): void;
}

export const PUBKEY = 'a'.repeat(64);

/** An event with the right id. */
export function nostrEvent(fields: Partial<Omit<NostrEvent, 'id'>> & { readonly at: number }): NostrEvent {
  const {
    at,
    kind = 1,
    pubkey = PUBKEY,
    tags = [['t', 'bitcoin']],
    content = 'BTC at 90k #bitcoin',
  } = fields;
  const event = { pubkey, created_at: Math.floor(at / 1000), kind, tags, content };
  return { id: hashEvent(event), ...event };
}

const TEXTS = [
  ['bitcoin', 'BTC looks strong today, bullish #bitcoin'],
  ['eth', 'selling my $ETH, this is going down #eth'],
  ['bitcoin', 'stacking sats #bitcoin https://example.org/sats'],
  ['solana', 'solana is down again, rekt #solana'],
] as const;

function inventedPost(at: number, index: number): NostrEvent {
  const [hashtag, text] = TEXTS[index % TEXTS.length]!;
  return nostrEvent({ at, content: `${text} ${index}`, tags: [['t', hashtag]] });
}

const fieldsOf = (event: unknown): Partial<NostrEvent> => (event ?? {}) as Partial<NostrEvent>;

function matches(event: unknown, { kinds, since, until, '#t': hashtags }: NostrFilter): boolean {
  const { kind = -1, created_at = 0, tags = [] } = fieldsOf(event);
  return (
    kinds.includes(kind) &&
    created_at >= (since ?? 0) &&
    created_at <= (until ?? Number.POSITIVE_INFINITY) &&
    (hashtags === undefined || tags.some(([name, value]) => name === 't' && hashtags.includes(value!)))
  );
}

/** A Nostr relay on 127.0.0.1. */
export async function startNostrStub({
  port = 0,
  now = Date.now,
  postsPerSecond = 0,
}: NostrStubSettings = {}): Promise<NostrStub> {
  const events: unknown[] = [];
  const asked: (readonly NostrFilter[])[] = [];
  const subscriptions = new Map<WebSocket, Map<string, readonly NostrFilter[]>>();
  const switches: NostrSwitches = {
    maxLimit: 500,
    limitation: { max_limit: 500, max_filters: 10 },
    closed: [],
    notice: undefined,
    challenge: undefined,
    isMute: false,
    refusal: undefined,
  };

  /** The stored events of a filter, newest first. */
  const storedFor = (filter: NostrFilter): unknown[] =>
    events
      .filter((event) => matches(event, filter))
      .sort((a, b) => (fieldsOf(b).created_at ?? 0) - (fieldsOf(a).created_at ?? 0))
      .slice(0, Math.min(filter.limit ?? Number.POSITIVE_INFINITY, switches.maxLimit));

  function subscribe(socket: WebSocket, name: string, filters: readonly NostrFilter[]): void {
    asked.push(filters);
    const reply = (...parts: readonly unknown[]) => socket.send(JSON.stringify(parts));
    if (switches.isMute) return;
    const reason = switches.closed.shift();
    if (reason !== undefined) reply('CLOSED', name, reason);
    else {
      for (const event of new Set(filters.flatMap(storedFor))) reply('EVENT', name, event);
      reply('EOSE', name);
      subscriptions.get(socket)?.set(name, filters);
    }
  }

  const stub = await startSocketStub({
    port,
    request(_, response) {
      const { limitation } = switches;
      response.setHeader('date', new Date(now()).toUTCString());
      response.writeHead(limitation === undefined ? 404 : 200, { 'content-type': 'application/nostr+json' });
      response.end(JSON.stringify({ name: 'stub', software: 'stub', limitation }));
    },
    refuse: () => switches.refusal,
    connected(socket) {
      subscriptions.set(socket, new Map());
      socket.on('close', () => subscriptions.delete(socket));
      if (switches.notice !== undefined) socket.send(JSON.stringify(['NOTICE', switches.notice]));
      if (switches.challenge !== undefined) socket.send(JSON.stringify(['AUTH', switches.challenge]));
      socket.on('message', (data) => {
        const [type, name, ...filters] = JSON.parse(String(data)) as [string, string, ...NostrFilter[]];
        if (type === 'REQ') subscribe(socket, name, filters);
        else if (type === 'CLOSE') subscriptions.get(socket)?.delete(name);
      });
    },
  });

  function publish(...published: readonly unknown[]): void {
    events.push(...published);
    for (const [socket, names] of subscriptions)
      for (const [name, filters] of names)
        for (const event of published)
          if (filters.some((filter) => matches(event, filter)))
            socket.send(JSON.stringify(['EVENT', name, event]));
  }
  const publishOne = (): void => publish(inventedPost(now(), events.length));
  const timer = postsPerSecond > 0 ? setInterval(publishOne, 1000 / postsPerSecond) : undefined;
  timer?.unref();

  return Object.assign(stub, {
    relayUrl: stub.url.replace('http', 'ws'),
    switches,
    events,
    asked,
    publish,
    send(text: string) {
      for (const socket of stub.sockets) socket.send(text);
    },
    cut() {
      for (const socket of stub.sockets) socket.terminate();
    },
  });
}
