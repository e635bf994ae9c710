import { mkdtempSync } from 'node:fs';
import { get, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { NewRecord } from '../../../src/core/stream/record.ts';
import { openLocalLog } from '../../../src/log/local/open.ts';
import type { Log } from '../../../src/log/log.ts';
import type { History } from '../../../src/page/model/wire.ts';
import { type PageSettings, servePage } from '../../../src/page/server/page-server.ts';
import { type HandClock, handClock } from '../../hand-clock.ts';

export const TOPICS = {
  candles: 'candles',
  'tweets-processed': 'tweets-processed',
  'tweets-priced': 'tweets-priced',
  gaps: 'gaps',
  'market-cap': 'market-cap',
  signals: 'signals',
} as const;

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An event of the stream. */
export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

export interface EventStream {
  readonly events: StreamEvent[];
  readonly response: IncomingMessage;
  /** Whether the server ended the connection. */
  readonly isClosed: () => boolean;
  close(): void;
}

/** A page over an embedded log in a new folder, with a clock that `until` turns. */
export class Served {
  readonly log: Log;
  readonly clock: HandClock;
  readonly warnings: string[] = [];
  url = '';
  #close: () => Promise<void> = async () => {};

  constructor(log: Log, clock: HandClock) {
    this.log = log;
    this.clock = clock;
  }

  async serve(changes: Partial<PageSettings> = {}): Promise<void> {
    const { url, close } = await servePage({
      log: this.log,
      clock: this.clock,
      topics: TOPICS,
      pace: 1,
      host: '127.0.0.1',
      port: 0,
      names: [],
      token: undefined,
      stages: () => [],
      warn: (message) => this.warnings.push(message),
      ...changes,
    });
    this.url = url;
    this.#close = close;
  }

  stop(): Promise<void> {
    return this.until(this.#close());
  }

  async close(): Promise<void> {
    await this.stop();
    await this.until(this.log.close());
  }

  append(...records: readonly NewRecord[]): Promise<void> {
    return this.log.append(records);
  }

  /** Turns the clock until the promise has settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isPending = true;
    const done = promise.finally(() => {
      isPending = false;
    });
    done.catch(() => {});
    while (isPending) await this.clock.turn(25);
    return done;
  }

  /** Turns the clock until the condition holds. */
  async eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await this.clock.turn(25);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.until(ask(new URL(path, this.url), headers));
  }

  post(path: string, body: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.until(ask(new URL(path, this.url), headers, body));
  }

  async history(query = ''): Promise<History> {
    return JSON.parse((await this.get(`/history${query}`)).body) as History;
  }

  events(query: string, headers: Record<string, string> = {}): Promise<EventStream> {
    return this.until(listen(new URL(`/events?${query}`, this.url), headers));
  }
}

export async function served(changes: Partial<PageSettings> = {}): Promise<Served> {
  const clock = handClock();
  const page = new Served(await openLocalLog(mkdtempSync(join(tmpdir(), 'page-')), clock), clock);
  await page.serve(changes);
  return page;
}

function ask(url: URL, headers: Record<string, string>, body?: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method: body === undefined ? 'GET' : 'POST', headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const isPacked = response.headers['content-encoding'] === 'gzip';
          const text = (isPacked && bytes.length > 0 ? gunzipSync(bytes) : bytes).toString();
          resolve({ status: response.statusCode!, headers: response.headers, body: text });
        });
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

function listen(url: URL, headers: Record<string, string>): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { headers, agent: false }, (response) => {
      const events: StreamEvent[] = [];
      let isClosed = false;
      let text = '';
      response.setEncoding('utf8');
      response.on('error', () => {});
      response.on('close', () => {
        isClosed = true;
      });
      response.on('data', (chunk: string) => {
        text += chunk;
        const parts = text.split('\n\n');
        text = parts.pop()!;
        for (const part of parts) {
          const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1];
          const event = field('event');
          if (event !== undefined) events.push({ id: field('id'), event, data: JSON.parse(field('data')!) });
        }
      });
      resolve({ events, response, isClosed: () => isClosed, close: () => asked.destroy() });
    });
    asked.on('error', reject);
  });
}
