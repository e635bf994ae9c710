import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../src/core/util/clock.ts';
import type { Millis } from '../../../src/core/util/time.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import type { Cutting } from './connection.ts';
import { Door } from './door.ts';
import { ANSWERS, BAD_LOGIN, type Farewell, type Fault, usedUp } from './faults.ts';
import { type Endpoint, Plan, type Planned, type When } from './plan.ts';
import { type PostParts, PostWriter, type StubPost } from './posts.ts';
import { RateLimit } from './rate-limit.ts';
import { type Request, RequestLog } from './request-log.ts';
import { RuleBook } from './rules.ts';
import { APP_TOKEN, isKnown, type XStubSettings } from './settings.ts';
import { Streams } from './streams.ts';

const TICK_MS: Millis = 100;
const STREAMS = { '/2/tweets/search/stream': 'search', '/2/tweets/sample/stream': 'sample' } as const;
const RULES = '/2/tweets/search/stream/rules';
const LOGIN = '/oauth2/token';

type Send = (status: number, content: object | string, more?: Record<string, string>) => void;

/** A server on 127.0.0.1 that behaves like X v2 for the client of a stream. */
export class XStub {
  readonly log = new RequestLog();
  /** The app's rules; a test adds rules of another user with `book.add`. */
  readonly book: RuleBook;
  readonly clock: Clock;
  readonly #door = new Door((req, res) => this.#serve(req, res));
  readonly #plan = new Plan();
  readonly #streams: Streams;
  readonly #writer: PostWriter;
  readonly #limits: Readonly<Record<Endpoint, RateLimit>>;
  readonly #stopped = new AbortController();

  constructor(readonly settings: XStubSettings) {
    this.clock = settings.clock ?? systemClock;
    this.book = new RuleBook({ cap: settings.ruleCap ?? 1000, length: settings.ruleLength ?? 1024 });
    this.#writer = new PostWriter(settings.seed ?? 1, settings.spelling ?? 'tweet');
    this.#streams = new Streams(settings, this.clock, this.log);
    this.#limits = {
      stream: new RateLimit(settings.connectLimit ?? 50, this.clock),
      rules: new RateLimit(settings.rulesLimit ?? 450, this.clock),
      login: new RateLimit(0, this.clock),
    };
  }

  async start(): Promise<this> {
    await this.#door.open(this.settings.port ?? 0);
    if ((this.settings.postsPerSecond ?? 0) > 0) void this.#invent(this.settings.postsPerSecond!);
    return this;
  }

  get port(): number {
    return this.#door.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    await this.#door.close();
  }

  /** Answers later requests with this fault. */
  fail(fault: Fault, when: When = {}): void {
    this.#plan.add(fault, when);
  }

  /** Cancels all planned faults. */
  heal(): void {
    this.#plan.clear();
  }

  /** Creates a post: matching streams send it, and it is kept for backfill. */
  post(parts: PostParts = {}): StubPost {
    const post = this.#writer.write(this.book.rules, this.clock.now(), parts);
    this.#streams.publish(post);
    return post;
  }

  /** Sends raw bytes to every open stream. */
  say(bytes: string | Buffer): Promise<void> {
    return this.#streams.say(bytes);
  }

  keepAlive(): Promise<void> {
    return this.say('\r\n');
  }

  /** The open streams stop sending but stay open. */
  silence(): void {
    this.#streams.silence();
  }

  /** `end`: properly; `drop`: without the end of the response; `reset`: by TCP; `cut`: within a line. */
  hangUp(how: 'end' | 'drop' | 'reset' | 'cut'): Promise<void> {
    return this.#streams.hangUp(how);
  }

  /** Sends the reason, then closes the streams. */
  farewell(why: Farewell): Promise<void> {
    return this.#streams.farewell(why);
  }

  /** Sets how the open streams split their bytes. */
  cut(cutting: Cutting): void {
    this.#streams.cut(cutting);
  }

  async #invent(perSecond: number): Promise<void> {
    const begun = this.clock.now();
    for (let count = 0; !this.#stopped.signal.aborted; ) {
      const due = Math.floor(((this.clock.now() - begun) / 1000) * perSecond);
      for (; count < due; count++) this.post();
      await this.clock.sleep(TICK_MS, this.#stopped.signal);
    }
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', this.url);
    let body = '';
    for await (const piece of req) body += piece;
    const request: Request = {
      method: req.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: req.headers,
      body,
      at: this.clock.now(),
      status: undefined,
    };
    this.log.requests.push(request);
    const endpoint: Endpoint = url.pathname === LOGIN ? 'login' : url.pathname === RULES ? 'rules' : 'stream';
    const limit = this.#limits[endpoint];
    const headers = () => ({ date: new Date(this.clock.now()).toUTCString(), ...limit.headers() });
    const send: Send = (status, content, more = {}) => {
      request.status = status;
      const type = typeof content === 'string' ? 'text/html' : 'application/json; charset=utf-8';
      res.writeHead(status, { ...headers(), 'content-type': type, ...more });
      res.end(typeof content === 'string' ? content : JSON.stringify(content));
    };
    const isTaken = limit.take();
    // A new request may arrive before the end of the client's last stream.
    for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
    const planned = this.#plan.next(endpoint);
    if (planned !== undefined) return this.#misbehave(planned, request, res, send);
    if (!isKnown(request, endpoint, this.settings))
      return send(...(endpoint === 'login' ? BAD_LOGIN : ANSWERS['401']!));
    if (!isTaken) return send(...ANSWERS['429']!);
    if (endpoint === 'login') return send(200, { token_type: 'bearer', access_token: APP_TOKEN });
    if (endpoint === 'rules') return send(...this.#rules(request));
    const refusal = this.#refusal(request);
    if (refusal !== undefined) return send(...refusal);
    request.status = 200;
    this.log.holds(res);
    res.writeHead(200, { ...headers(), 'content-type': 'application/json; charset=utf-8' });
    const kind = STREAMS[url.pathname as keyof typeof STREAMS];
    const { searchParams } = url;
    const isWhole = searchParams.get('expansions')?.includes('referenced_tweets.id') ?? false;
    this.#streams.open(kind, res, Number(searchParams.get('backfill_minutes') ?? 0), isWhole);
  }

  #rules({ method, body, query }: Request): readonly [status: number, content: object] {
    if (method === 'POST') return this.book.change(JSON.parse(body), query.get('dry_run') === 'true');
    return [200, this.book.list(Number(query.get('max_results') ?? 1000), query.get('pagination_token'))];
  }

  /** Why X refuses to open a stream. */
  #refusal({ path, query }: Request): readonly [status: number, content: object | string] | undefined {
    if (!(path in STREAMS)) return ANSWERS['404'];
    if (this.log.open >= (this.settings.connections ?? 1)) return ANSWERS['too-many-connections'];
    if (path.includes('search') && this.book.rules.length === 0) return ANSWERS['409'];
    if (query.has('backfill_minutes') && this.settings.backfill === false) return ANSWERS['400'];
    return undefined;
  }

  #misbehave({ fault, resetMs, on }: Planned, { headers }: Request, res: ServerResponse, send: Send): void {
    const ready = ANSWERS[fault];
    if (ready !== undefined) send(...ready, fault === '429' ? usedUp(this.clock.now() + resetMs) : {});
    else if (fault === 'echo') send(401, { title: 'Unauthorized', detail: String(headers.authorization) });
    else if (fault === 'reset') res.socket?.resetAndDestroy();
    else if (fault === 'drop') res.socket?.destroy();
    else {
      if (on === 'stream') this.log.holds(res);
      const status = on === 'stream' ? 503 : 200;
      if (fault === 'stall') res.writeHead(status, { 'content-type': 'application/json' }).write('{"title":');
    }
  }
}

/** Starts a stub. */
export const startXStub = (settings: XStubSettings = {}): Promise<XStub> => new XStub(settings).start();
