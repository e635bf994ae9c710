import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { joinKey } from '../../core/text/key.ts';
import type { PagePosition } from '../model/position.ts';
import type { PageSelection } from '../model/wire.ts';

/** Bytes that a client may leave unread. A slower client is disconnected, and resumes after its last event id. */
const MOST_UNREAD_BYTES = 256 * 1024;
/** Pages that may be connected at the same time. */
export const MOST_CLIENTS = 500;

/** Clients that show the same and have been sent the same. */
interface Audience {
  readonly selection: PageSelection;
  position: PagePosition;
  readonly clients: Set<Socket>;
}

/** One event of the stream. An event without an id does not change the client's position. */
export const eventBytes = (event: string, data: unknown, id?: string): Buffer =>
  Buffer.from(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

/**
 * Answers with a stream of events that ends with the connection: without chunks, so that the same bytes go to the sockets of
 * all clients. Undefined if there is no client for it.
 */
export function openEvents(
  request: IncomingMessage,
  response: ServerResponse,
  first: Buffer,
): Socket | undefined {
  const { socket } = response;
  response.useChunkedEncodingByDefault = false;
  socket?.cork();
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'close',
  });
  if (request.method === 'HEAD') response.end();
  else {
    response.flushHeaders();
    socket?.write(first);
  }
  socket?.uncork();
  return request.method === 'HEAD' ? undefined : (socket ?? undefined);
}

/** The connected pages. Holds no queue: what a client has not read waits in its socket. */
export class EventClients {
  readonly #audiences = new Map<string, Audience>();
  #count = 0;
  /** Clients disconnected because they were too slow. */
  dropped = 0;

  get size(): number {
    return this.#count;
  }

  /** Adds a client that has everything up to `position`. All clients of a selection have the same position. */
  add(client: Socket, selection: PageSelection, position: PagePosition): void {
    if (client.destroyed) return;
    const key = joinKey(selection.coin, selection.quote, selection.source, selection.window);
    const audience = this.#audiences.get(key) ?? { selection, position, clients: new Set() };
    this.#audiences.set(key, audience);
    audience.clients.add(client);
    this.#count += 1;
    client.on('close', () => {
      if (audience.clients.delete(client)) this.#count -= 1;
      if (audience.clients.size === 0 && this.#audiences.get(key) === audience) this.#audiences.delete(key);
    });
  }

  /** Sends each audience what `bytesFor` makes for its position, and moves it to `position`. */
  advance(position: PagePosition, bytesFor: (selection: PageSelection, after: PagePosition) => Buffer): void {
    for (const audience of this.#audiences.values()) {
      this.#write(audience.clients, bytesFor(audience.selection, audience.position));
      audience.position = position;
    }
  }

  #write(clients: ReadonlySet<Socket>, bytes: Buffer): void {
    for (const client of clients) {
      if (client.writableLength > MOST_UNREAD_BYTES) {
        this.dropped += 1;
        client.destroy();
      } else client.write(bytes);
    }
  }
}
