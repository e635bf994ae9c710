import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { WebSocket } from 'undici';
import { formatSpan, type Millis } from '../../../core/util/time.ts';
import { withTimeout } from '../../../core/util/timeout.ts';
import type { SourceContext, Waits } from '../../source.ts';
import { connectTo, TIME_OUT_MS } from '../http/client.ts';
import { HttpError } from '../http/http-error.ts';
import { type Frame, frameQueue } from './frame-queue.ts';
import { stallDetector } from './stall-detector.ts';
import { watchUpgrade } from './upgrade.ts';
import { wakeup } from './wakeup.ts';

/** How a connection ended; `closed`: by the service or the network. */
export interface SocketEnd {
  readonly how: 'stopped' | 'silent' | 'overflow' | 'closed';
  /** The code of the WebSocket protocol; 1006 without a close frame. */
  readonly code: number;
  /** For messages and gaps. */
  readonly reason: string;
}

export interface SocketSettings {
  /** ws:// or wss://, with path and query. */
  readonly url: string;
  /** The connection counts as dead after this long without a message or ping. */
  readonly silenceMs: Millis;
  /** Messages wait this long for others, so that one durable write holds many. Default: 100 ms. */
  readonly lingerMs?: Millis;
  /** A ping does not count as a sign of life: the service always has messages. */
  readonly ignoresPings?: boolean;
  /** Sends a ping this often, for services that send none: the pong is a sign of life. Default: never. */
  readonly pingMs?: Millis;
}

/** An open connection that carries text messages. */
export interface TextSocket {
  /** Set once the connection has ended; messages may still be buffered. */
  readonly end: SocketEnd | undefined;
  /** The last time at which the service was certainly alive. */
  readonly lastSeen: Millis;
  /** The next messages, oldest first; undefined after the last one of an ended connection. */
  next(): Promise<readonly Frame[] | undefined>;
  send(text: string): void;
  /** Drops the connection without waiting for the service's close frame, which may never come. */
  close(): Promise<void>;
}

const PING = 'undici:websocket:ping';
const PONG = 'undici:websocket:pong';
const STOPPED: SocketEnd = { how: 'stopped', code: 1000, reason: 'stopped' };

/**
 * Resolves once the connection is open. Throws UpgradeRefused when the service answers with a status instead, and another
 * HttpError when it cannot be reached; no message contains the address.
 */
export async function openSocket(
  { url, silenceMs, lingerMs = 100, ignoresPings = false, pingMs }: SocketSettings,
  context: Waits & Pick<SourceContext, 'proxy' | 'monotonic' | 'meter'>,
): Promise<TextSocket> {
  const { now, monotonic, signal, proxy, sleep } = context;
  const { WebSocket, ping } = await import('undici');
  const http = url.replace(/^ws/, 'http');
  const pool = await connectTo(new URL(http).origin, proxy(http));
  const { dispatcher, refused } = watchUpgrade(pool, now);
  const socket = new WebSocket(url, { dispatcher, headers: { 'user-agent': 'cryptopipe' } });
  const changed = wakeup(context);
  const closed = new AbortController();
  const aliveAt = stallDetector(context, () => false, closed.signal);
  const frames = frameQueue(lingerMs);
  let readAt = monotonic();
  let lastSeen = now();
  let end: SocketEnd | undefined;

  const seen = (): void => {
    readAt = monotonic();
    lastSeen = aliveAt(now());
    changed.notify();
  };
  const finish = (ended: SocketEnd): void => {
    end ??= ended;
    changed.notify();
  };
  const onPing = (message: unknown): void => {
    if (!ignoresPings && (message as { websocket: WebSocket }).websocket === socket) seen();
  };
  async function close(): Promise<void> {
    finish(STOPPED);
    closed.abort();
    unsubscribe(PING, onPing);
    unsubscribe(PONG, onPing);
    if (socket.readyState === WebSocket.OPEN) socket.close();
    await pool.destroy();
  }

  async function sendPings(every: Millis): Promise<void> {
    while (!signal.aborted && end === undefined) {
      await sleep(every, closed.signal);
      if (socket.readyState === WebSocket.OPEN) ping(socket);
    }
  }

  subscribe(PING, onPing);
  subscribe(PONG, onPing);
  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string' || end !== undefined) return;
    frames.push({ at: now(), text: data }, monotonic());
    if (frames.isFull())
      finish({ how: 'overflow', code: 1006, reason: 'messages came faster than they were stored' });
    seen();
  });
  const opening = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    // A failed connection reports the close that follows.
    socket.addEventListener('error', () => {});
    socket.addEventListener('close', ({ code, reason }) => {
      finish({ how: 'closed', code, reason: reason === '' ? `closed (${code})` : `${reason} (${code})` });
      reject(refused() ?? new HttpError('network', 'connection failed or broke off'));
    });
  });
  const late = (): never => {
    throw signal.aborted
      ? new Error('stopped')
      : new HttpError('time-out', `no response within ${formatSpan(TIME_OUT_MS)}`);
  };
  try {
    await withTimeout(context, TIME_OUT_MS, opening, late);
  } catch (error) {
    await close();
    throw error;
  }
  seen();
  context.meter?.('connections');
  if (pingMs !== undefined) void sendPings(pingMs);

  return {
    get end() {
      return end;
    },
    get lastSeen() {
      return lastSeen;
    },
    async next() {
      for (;;) {
        if (signal.aborted) finish(STOPPED);
        if (end !== undefined) return frames.takeAll();
        const due = frames.dueAt() ?? readAt + silenceMs;
        const left = due - monotonic();
        if (left > 0) await changed.wait(left);
        else if (frames.dueAt() !== undefined) return frames.takeAll();
        else finish({ how: 'silent', code: 1006, reason: `silent for ${formatSpan(silenceMs)}` });
      }
    },
    send: (text) => {
      if (end === undefined) socket.send(text);
    },
    close,
  };
}
