import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { HOUR, type Millis, SECOND } from '../../../src/core/util/time.ts';
import { type Refusal, type SocketStub, startSocketStub } from '../socket-server.ts';
import { errorFrame, infoFrame, newFrame, oldFrame } from './frames.ts';
import type { NetworkEvent, StubNetwork } from './network.ts';
import { readRequest, type StreamRequest } from './request.ts';

export interface JetstreamStubSettings {
  readonly port?: number;
  readonly network: StubNetwork;
  readonly now: () => Millis;
  readonly wire?: 'v2' | 'v1';
  /** The number of the first event. */
  readonly firstSeq?: number;
  /** How much later than the network this server sees events. */
  readonly delayMs?: Millis;
}

/** A cursor of this size and more is a time in microseconds. */
const FIRST_TIME = 1e15;
const LOOKBACK_MS: Millis = 36 * HOUR;
const PING_MS: Millis = 30 * SECOND;

/** A client's stream. */
interface OpenStream {
  readonly socket: WebSocket;
  readonly request: StreamRequest;
  /** The stub sends nothing more. */
  isSilent: boolean;
  /** Events that may still be sent before the connection is cut. */
  left: number;
}

/** One Jetstream server on 127.0.0.1, with the ways in which it fails. */
export class JetstreamStub {
  /** Answers to the next upgrade requests, in place of a stream. */
  readonly refusals: Refusal[] = [];
  /** Times of the events that were sent in full, by number. */
  readonly sent = new Map<number, number>();
  /** Data frames that clients sent; a server closes for each. */
  clientFrames = 0;
  /** The next streams are cut without a close frame after so many events. */
  readonly cuts: number[] = [];
  /** Every message goes out in pieces of a few bytes. */
  isSplit = false;
  /** A replay gives each pair of events in the wrong order, as v1 servers may. */
  isDisordered = false;
  /** So many of the next live events are not sent, as v1 servers do at the change from replay to live. */
  lost = 0;
  /** Older events are not replayed. */
  floor: Millis = Number.NEGATIVE_INFINITY;
  firstSeq: number;
  #stub: SocketStub | undefined;
  readonly #streams = new Set<OpenStream>();
  readonly #settings: JetstreamStubSettings;

  private constructor(settings: JetstreamStubSettings) {
    this.#settings = settings;
    this.firstSeq = settings.firstSeq ?? 1000;
  }

  static async start(settings: JetstreamStubSettings): Promise<JetstreamStub> {
    const server = new JetstreamStub(settings);
    settings.network.listen((event) => {
      if (server.lost > 0) server.lost--;
      else for (const stream of server.#streams) server.#send(stream, event);
    });
    server.#stub = await startSocketStub({
      ...(settings.port !== undefined && { port: settings.port }),
      refuse: (target) => server.#refuse(target),
      connected: (socket, target) => server.#connected(socket, target),
    });
    return server;
  }

  get url(): string {
    return this.#stub!.url;
  }

  /** Targets of all requests for a stream. */
  get asked(): readonly URL[] {
    return this.#stub!.upgrades;
  }

  get open(): number {
    return this.#streams.size;
  }

  close(): Promise<void> {
    return this.#stub!.close();
  }

  /** The number of an event on this server. */
  seqOf = ({ number }: NetworkEvent): number => this.firstSeq + number;

  /** Streams stay open without messages; `ping` sends pings. */
  silence(): void {
    for (const stream of this.#streams) stream.isSilent = true;
  }

  /** Sends any text to all clients. */
  raw(text: string): void {
    for (const { socket } of this.#streams) socket.send(text);
  }

  ping(): void {
    for (const { socket } of this.#streams) socket.ping();
  }

  /** Ends all streams: by a close frame, an error frame and a close frame, or without any. */
  end(how: { readonly code?: number; readonly reason?: string; readonly error?: string }): void {
    for (const { socket } of this.#streams) {
      if (how.error !== undefined) socket.send(errorFrame(how.error));
      if (how.code === 1006) socket.terminate();
      else socket.close(how.code ?? 1000, how.reason);
    }
  }

  #timeOf = ({ at }: NetworkEvent): Millis => at + (this.#settings.delayMs ?? 0);

  get #oldest(): Millis {
    return Math.max(this.floor, this.#settings.now() - LOOKBACK_MS);
  }

  #refuse(target: URL): Refusal | undefined {
    const planned = this.refusals.shift();
    if (planned !== undefined) return planned;
    const request = readRequest(target, this.#settings.wire ?? 'v2');
    if ('status' in request) return request;
    const { cursor, wire } = request;
    if (wire === 'v1' || cursor === undefined || cursor >= FIRST_TIME) return undefined;
    const floor = this.#events().find((event) => this.#timeOf(event) >= this.#oldest);
    if (floor === undefined || cursor >= this.seqOf(floor)) return undefined;
    const message = `cursor ${cursor} is below the floor ${this.seqOf(floor)}`;
    return { status: 400, body: JSON.stringify({ error: 'CursorTooOld', message }) };
  }

  #events(): readonly NetworkEvent[] {
    return this.#settings.network.events;
  }

  #connected(socket: WebSocket, target: URL): void {
    const request = readRequest(target, this.#settings.wire ?? 'v2') as StreamRequest;
    const left = this.cuts.shift() ?? Number.POSITIVE_INFINITY;
    const stream: OpenStream = { socket, request, isSilent: false, left };
    if (this.isSplit) splitWrites(socket);
    this.#streams.add(stream);
    const pings = setInterval(() => socket.ping(), PING_MS).unref();
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(pings);
      this.#streams.delete(stream);
    });
    socket.on('message', () => {
      this.clientFrames++;
      socket.close(1008, 'no messages from clients');
    });
    if (request.cursor !== undefined) this.#replay(stream, request.cursor);
  }

  #replay(stream: OpenStream, cursor: number): void {
    const isTime = cursor >= FIRST_TIME;
    const isBelowFloor = isTime && cursor / 1000 < this.#oldest && this.#oldest > Number.NEGATIVE_INFINITY;
    if (isBelowFloor && stream.request.wire === 'v2') stream.socket.send(infoFrame('OutdatedCursor'));
    const events = this.#events().filter(
      (event) =>
        this.#timeOf(event) >= this.#oldest &&
        (isTime ? this.#timeOf(event) * 1000 >= cursor : this.seqOf(event) >= cursor),
    );
    // A number in the future starts at the newest event.
    if (this.isDisordered)
      for (let at = 0; at + 1 < events.length; at += 2) events.splice(at, 2, events[at + 1]!, events[at]!);
    for (const event of events) this.#send(stream, event);
  }

  #send(stream: OpenStream, event: NetworkEvent): void {
    const { socket, request } = stream;
    if (stream.isSilent || socket.readyState !== socket.OPEN) return;
    const isAsked =
      event.kind === 'commit'
        ? request.kinds.includes('commit') &&
          (request.collections.length === 0 || request.collections.includes(String(event.body.collection)))
        : request.kinds.includes(event.kind);
    if (!isAsked) return;
    if (stream.left === 0) {
      stream.isSilent = true;
      socket.terminate();
      return;
    }
    stream.left--;
    const seen = { ...event, at: this.#timeOf(event) };
    const seq = this.seqOf(event);
    socket.send(request.wire === 'v2' ? newFrame(seen, seq) : oldFrame(seen, undefined), (error) => {
      if (error === undefined || error === null)
        this.sent.set(event.number, (this.sent.get(event.number) ?? 0) + 1);
    });
  }
}

/** Writes what a socket sends in pieces of 7 bytes, each a segment of its own. */
function splitWrites(socket: WebSocket): void {
  const tcp = (socket as unknown as { _socket: Socket })._socket;
  tcp.setNoDelay(true);
  const write = tcp.write.bind(tcp) as (data: Buffer, done?: () => void) => boolean;
  tcp.write = ((data: Buffer | string, ...rest: unknown[]) => {
    const bytes = Buffer.from(data as Buffer);
    const done = rest.find((one) => typeof one === 'function') as (() => void) | undefined;
    for (let at = 0; at < bytes.length; at += 7)
      write(bytes.subarray(at, at + 7), at + 7 >= bytes.length ? done : undefined);
    return true;
  }) as typeof tcp.write;
}
