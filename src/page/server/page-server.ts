import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { UserError } from '../../core/errors.ts';
import type { Clock } from '../../core/util/clock.ts';
import { type Millis, SECOND } from '../../core/util/time.ts';
import type { Log } from '../../log/log.ts';
import { BusFeed } from '../feed/bus-feed.ts';
import { Rates, type StageCounts, stageRow, topicStates } from '../feed/stage-rows.ts';
import type { PageFeed } from '../model/topics.ts';
import type { PageSelection } from '../model/wire.ts';
import { pageAssets } from './assets.ts';
import { EventClients, MOST_CLIENTS, openEvents } from './event-clients.ts';
import { FirstEvents } from './first-events.ts';
import { isOwnHost, isSignedIn, isToken, SECURITY_HEADERS, sessionCookie } from './guard.ts';
import { HistoryCache } from './history-cache.ts';
import { LeadCache } from './lead-cache.ts';
import { closeServer, listenOn } from './listen.ts';
import { type LiveEvents, sendEvents, statusReader } from './live-events.ts';
import { PickDesk, type PickStore } from './pick-desk.ts';

/** How long a request waits for the bus to be read; it then gets what was read so far. */
const READY_MS: Millis = 5 * SECOND;
/** Bytes of a sign-in form. */
const MOST_FORM_BYTES = 4096;

export interface PageSettings {
  readonly log: Log;
  readonly clock: Clock;
  readonly topics: Readonly<Record<PageFeed, string>>;
  readonly pace: number;
  readonly utilization?: (() => number) | undefined;
  readonly host: string;
  readonly port: number;
  /** Names besides `localhost` and IP addresses by which browsers may ask for the page. */
  readonly names: readonly string[];
  /** A client must send it before it sees anything of the bus; undefined: no token is required. */
  readonly token: string | undefined;
  /** Takes likes and dislikes; undefined: the page offers none. */
  readonly picks?: PickStore | undefined;
  /** The stages of this process, if it runs any. */
  readonly stages: () => readonly StageCounts[];
  readonly warn: (message: string) => void;
}

export interface PageServer {
  /** `http://127.0.0.1:8088/` */
  readonly url: string;
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;

const send = (response: ServerResponse, status: number, type: string, body: string | Buffer): void => {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
};
const sendText = (response: ServerResponse, status: number, text: string): void =>
  send(response, status, 'text/plain; charset=utf-8', `${text}\n`);

/** At most 100 characters of each part of a selection. */
function selectionOf({ searchParams }: URL): PageSelection {
  const part = (name: string) => (searchParams.get(name) ?? '').slice(0, 100);
  return { coin: part('coin'), quote: part('quote'), source: part('source'), window: part('window') };
}

async function formText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MOST_FORM_BYTES) return '';
  }
  return text;
}

/** Starts serving the page. Throws UserError `unavailable` if it cannot listen. */
export async function servePage(settings: PageSettings): Promise<PageServer> {
  const { log, clock, token, names, warn } = settings;
  const feed = new BusFeed(settings);
  const clients = new EventClients();
  const rates = new Rates();
  const stopped = new AbortController();
  const stages = async () => {
    const at = clock.monotonic();
    const counts = settings.stages();
    const named = new Set([
      ...Object.values(settings.topics),
      ...counts.flatMap(({ lag }) => Object.keys(lag)),
    ]);
    return [...counts.map((one) => stageRow(one, rates, at)), ...(await topicStates(log, named, rates, at))];
  };
  const status = statusReader({ feed, clock, stages });
  const live: LiveEvents = { feed, clients, clock, status, warn };
  const firstEvents = new FirstEvents(feed);
  const histories = new HistoryCache(feed, log.url, clock);
  const leads = new LeadCache((coin, window) => feed.view.signals.series(coin, window), clock);
  const desk = settings.picks && new PickDesk(settings.picks, (coin, id) => feed.postText(coin, id));
  const assets = pageAssets();

  const history: Answer = async (_, response, url) => {
    await feed.ready(READY_MS);
    response.setHeader('content-encoding', 'gzip');
    send(response, 200, 'application/json', await histories.get(selectionOf(url)));
  };

  const lead: Answer = async (_, response, url) => {
    await feed.ready(READY_MS);
    send(response, 200, 'application/json', JSON.stringify(leads.get(selectionOf(url))));
  };

  const events: Answer = async (request, response, url) => {
    if (clients.size >= MOST_CLIENTS)
      return sendText(response, 503, `${MOST_CLIENTS} pages are open already; close one`);
    await feed.ready(READY_MS);
    const selection = selectionOf(url);
    const id = String(request.headers['last-event-id'] ?? url.searchParams.get('after') ?? '');
    const state = await status();
    const client = openEvents(request, response, Buffer.concat([firstEvents.after(id, selection), state]));
    if (client !== undefined) clients.add(client, selection, feed.position());
  };

  const readPicks: Answer = (request, response) => {
    const isTaken = desk?.refusalOfReading(request) === undefined;
    send(response, 200, 'application/json', JSON.stringify(isTaken ? (desk?.state() ?? null) : null));
  };

  const pick: Answer = async (request, response) => {
    if (desk === undefined) return sendText(response, 404, 'Name a model with --relevance.');
    const refused = desk.refusalOfPicking(request);
    if (refused !== undefined) return sendText(response, 403, refused);
    const { status, text } = await desk.pick(await formText(request));
    sendText(response, status, text);
  };

  const signIn: Answer = async (request, response) => {
    const candidate = new URLSearchParams(await formText(request)).get('token') ?? '';
    const isRight = token !== undefined && isToken(candidate, token);
    if (isRight) response.setHeader('set-cookie', sessionCookie(token));
    response.writeHead(303, { location: isRight ? '/' : '/sign-in?wrong' }).end();
  };

  const asset: Answer = async (request, response, { pathname }) => {
    const found = assets.get(pathname);
    if (found === undefined) return sendText(response, 404, 'There is no such page.');
    const { type, body, packed, etag } = found;
    response
      .setHeader('etag', etag)
      .setHeader('cache-control', 'no-cache')
      .setHeader('vary', 'accept-encoding');
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    const isPacked = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    if (isPacked) response.setHeader('content-encoding', 'gzip');
    response.writeHead(200, { 'content-type': type }).end(isPacked ? await packed : body);
  };

  const answer: Answer = async (request, response, url) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (!isOwnHost(request.headers.host, names))
      return sendText(response, 403, 'This name is not served here; allow it with --page-host.');
    if (request.headers['sec-fetch-site'] === 'cross-site' && url.pathname !== '/')
      return sendText(response, 403, 'Another site may not ask for this.');
    if (request.method === 'POST' && url.pathname === '/sign-in') return signIn(request, response, url);
    const isPick = request.method === 'POST' && url.pathname === '/picks';
    if (request.method !== 'GET' && request.method !== 'HEAD' && !isPick)
      return sendText(response, 405, 'Only GET is possible.');
    const isPrivate = ['/', '/history', '/lead', '/events', '/picks'].includes(url.pathname);
    if (isPrivate && token !== undefined && !isSignedIn(request, token)) {
      if (url.pathname === '/') return void response.writeHead(303, { location: '/sign-in' }).end();
      return sendText(response, 401, 'Sign in first.');
    }
    if (url.pathname === '/history') return history(request, response, url);
    if (url.pathname === '/lead') return lead(request, response, url);
    if (url.pathname === '/events') return events(request, response, url);
    if (url.pathname === '/picks') return (isPick ? pick : readPicks)(request, response, url);
    return asset(request, response, url);
  };

  const server = createServer((request, response) => {
    const url = URL.canParse(request.url ?? '', 'http://page')
      ? new URL(request.url!, 'http://page')
      : undefined;
    if (url === undefined) return sendText(response, 400, 'This is no address.');
    Promise.resolve(answer(request, response, url)).catch((error: unknown) => {
      warn(`page: ${error instanceof Error ? error.message : String(error)}`);
      if (response.headersSent) response.destroy();
      else sendText(response, 500, 'The page failed; its log says why.');
    });
  });
  const url = await listen(server, settings);
  feed.start();
  const sending = sendEvents(live, stopped.signal);
  return {
    url: `${url}/`,
    async close() {
      stopped.abort();
      await Promise.all([closeServer(server), sending, feed.stop()]);
    },
  };
}

/** Throws UserError `unavailable`. */
async function listen(server: Server, { host, port }: Pick<PageSettings, 'host' | 'port'>): Promise<string> {
  try {
    return await listenOn(server, host, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'another program listens there' : message;
    throw new UserError(
      'unavailable',
      `the page cannot listen on ${host}:${port}: ${why}`,
      'Choose another address with --listen HOST:PORT; port 0 takes a free one.',
    );
  }
}
