import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../../../src/core/clock.ts';
import { random } from '../../../src/core/random.ts';
import type { Millis } from '../../../src/core/time.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { Connection, type Cutting } from './connection.ts';
import { ANSWERS, FAREWELLS, type Farewell, type Fault } from './faults.ts';
import { Ledger, type Request } from './ledger.ts';
import { type PostParts, PostWriter, type StubPost } from './posts.ts';
import { RateLimit } from './rate-limit.ts';
import { RuleBook } from './rules.ts';

export interface XStubSettings {
  /** 0: any. */
  readonly port?: number;
  readonly clock?: Clock;
  /** Tokens that are accepted; without it any is. The one that a login gives is accepted always. */
  readonly tokens?: readonly string[];
  /** Consumer key and secret that may log in. */
  readonly consumer?: { readonly key: string; readonly secret: string };
  readonly ruleCap?: number;
  readonly ruleLength?: number;
  /** Streams that may be open at once. */
  readonly connections?: number;
  /** Connects in 15 minutes; 0: any number. */
  readonly connectLimit?: number;
  /** 0: only by hand. */
  readonly keepAliveMs?: Millis;
  /** The plan has `backfill_minutes`; else it is refused. */
  readonly backfill?: boolean;
  readonly cutting?: Cutting;
  readonly spelling?: 'tweet' | 'post';
  readonly seed?: number;
  /** Invented posts, for ever; 0: only by hand. */
  readonly postsPerSecond?: number;
}

type Endpoint = 'stream' | 'rules' | 'login';

interface Planned {
  readonly fault: Fault;
  readonly on: Endpoint;
  after: number;
  times: number;
  readonly resetMs: Millis;
}

const KEPT_MS: Millis = 5 * 60_000;
const TICK_MS: Millis = 100;
/** What a login is given. */
const APP_TOKEN = 'stub-app-token';
const STREAMS: Readonly<Record<string, Connection['kind']>> = {
  '/2/tweets/search/stream': 'search',
  '/2/tweets/sample/stream': 'sample',
};
const RULES = '/2/tweets/search/stream/rules';
const LOGIN = '/oauth2/token';

/** A server on 127.0.0.1 that behaves like X v2 as far as a stream's client sees it (APIS.md section 4). */
export class XStub {
  readonly ledger = new Ledger();
  readonly book: RuleBook;
  readonly clock: Clock;
  /** Requests of streams and of others that are open. */
  readonly #connections = new Set<Connection>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #writer: PostWriter;
  readonly #limits: Readonly<Record<Endpoint, RateLimit>>;
  readonly #stopped = new AbortController();
  #planned: Planned[] = [];
  #history: StubPost[] = [];
  #port = 0;

  constructor(readonly settings: XStubSettings) {
    this.clock = settings.clock ?? systemClock;
    this.book = new RuleBook({ cap: settings.ruleCap ?? 1000, length: settings.ruleLength ?? 1024 });
    this.#writer = new PostWriter(settings.seed ?? 1, settings.spelling ?? 'tweet');
    this.#limits = {
      stream: new RateLimit(settings.connectLimit ?? 50, this.clock),
      rules: new RateLimit(450, this.clock),
      login: new RateLimit(0, this.clock),
    };
    this.#server = createServer((req, res) => void this.#serve(req, res));
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.settings.port ?? 0, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    if ((this.settings.postsPerSecond ?? 0) > 0) void this.#invent(this.settings.postsPerSecond!);
    return this;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  // Cues.

  /** The next requests of a kind are answered so; `after`: that many are let through first. */
  fail(fault: Fault, plan: { on?: Endpoint; after?: number; times?: number; resetMs?: Millis } = {}): void {
    const { on = 'stream', after = 0, times = 1, resetMs = 30_000 } = plan;
    this.#planned.push({ fault, on, after, times, resetMs });
  }

  /** Forgets what `fail` has planned. */
  heal(): void {
    this.#planned = [];
  }

  /** Something is posted on X: streams that it matches hand it over, and it is kept for backfill. */
  post(parts: PostParts = {}): StubPost {
    const post = this.#writer.write(this.book.rules, this.clock.now(), parts);
    const since = this.clock.now() - KEPT_MS;
    while (this.#history[0] !== undefined && this.#history[0].at < since) this.#history.shift();
    this.#history.push(post);
    for (const connection of this.#connections) void this.#deliver(connection, post);
    return post;
  }

  /** Bytes as they are, to every open stream. */
  async say(bytes: string | Buffer): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.write(bytes)));
  }

  keepAlive(): Promise<void> {
    return this.say('\r\n');
  }

  /** The open streams fall silent, without being closed. */
  silence(): void {
    for (const connection of this.#connections) connection.isSilent = true;
  }

  /** `cut`: in the middle of a line. */
  async hangUp(how: 'end' | 'drop' | 'reset' | 'cut'): Promise<void> {
    for (const connection of [...this.#connections]) {
      if (how === 'cut') await connection.write('{"data":{"id":"1","text":"this line is cut h');
      connection.hangUp(how === 'cut' ? 'drop' : how);
    }
  }

  /** X says why, then closes. */
  async farewell(why: Farewell): Promise<void> {
    await this.say(`${JSON.stringify(FAREWELLS[why])}\r\n`);
    for (const connection of [...this.#connections]) connection.hangUp('end');
  }

  set cutting(cutting: Cutting) {
    for (const connection of this.#connections) connection.cutting = cutting;
  }

  // The server.

  async #invent(perSecond: number): Promise<void> {
    const begun = this.clock.now();
    for (let count = 0; !this.#stopped.signal.aborted; ) {
      const due = Math.floor(((this.clock.now() - begun) / 1000) * perSecond);
      for (; count < due; count++) this.post();
      await this.clock.sleep(TICK_MS, this.#stopped.signal);
    }
  }

  async #deliver(connection: Connection, { id, line, matches }: StubPost): Promise<void> {
    if (connection.kind === 'search' && !matches) return;
    const text = connection.kind === 'sample' ? line.replace(/,"matching_rules":\[.*\]\}$/, '}') : line;
    if (await connection.write(`${text}\r\n`)) this.ledger.handedOver.push({ id, line: text });
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', this.url);
    let body = '';
    for await (const piece of req) body += piece;
    const { method = 'GET', headers } = req;
    const request: Request = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body,
      at: this.clock.now(),
      status: undefined,
    };
    this.ledger.requests.push(request);
    const endpoint: Endpoint = url.pathname === LOGIN ? 'login' : url.pathname === RULES ? 'rules' : 'stream';
    const answer = (status: number, content: object | string, more: Record<string, string> = {}): void => {
      request.status = status;
      const isText = typeof content === 'string';
      res.writeHead(status, {
        date: new Date(this.clock.now()).toUTCString(),
        'content-type': isText ? 'text/html' : 'application/json; charset=utf-8',
        ...this.#limits[endpoint].headers(),
        ...more,
      });
      res.end(isText ? content : JSON.stringify(content));
    };
    const isTaken = this.#limits[endpoint].take();
    const planned = this.#nextFault(endpoint);
    if (planned !== undefined) return this.#misbehave(planned, res, answer);
    if (!this.#isKnown(request, endpoint))
      return answer(...(endpoint === 'login' ? BAD_LOGIN : ANSWERS['401']!));
    if (!isTaken) return answer(...ANSWERS['429']!);
    if (endpoint === 'login') return answer(200, { token_type: 'bearer', access_token: APP_TOKEN });
    if (endpoint === 'rules') {
      const [status, content] =
        method === 'POST'
          ? this.book.change(JSON.parse(body), url.searchParams.get('dry_run') === 'true')
          : ([
              200,
              this.book.list(
                Number(url.searchParams.get('max_results') ?? 1000),
                url.searchParams.get('pagination_token'),
              ),
            ] as const);
      return answer(status, content);
    }
    const kind = STREAMS[url.pathname];
    if (kind === undefined) return answer(...ANSWERS['404']!);
    await this.#stream(kind, request, res, answer);
  }

  #nextFault(on: Endpoint): Planned | undefined {
    const planned = this.#planned.find((one) => one.on === on && one.times > 0);
    if (planned === undefined) return undefined;
    if (planned.after > 0) {
      planned.after--;
      return undefined;
    }
    planned.times--;
    return planned;
  }

  #misbehave(
    { fault, resetMs, on }: Planned,
    res: ServerResponse,
    answer: (status: number, content: object | string, more?: Record<string, string>) => void,
  ): void {
    const ready = ANSWERS[fault];
    if (ready !== undefined) {
      const reset = String(Math.ceil((this.clock.now() + resetMs) / 1000));
      const isUsedUp = fault === '429';
      const window = {
        'x-rate-limit-limit': '50',
        'x-rate-limit-remaining': '0',
        'x-rate-limit-reset': reset,
      };
      answer(...ready, isUsedUp ? window : {});
    } else if (fault === 'reset') res.socket?.resetAndDestroy();
    else if (fault === 'drop') res.socket?.destroy();
    else if (on === 'stream') {
      if (fault === 'stall') res.writeHead(503, { 'content-type': 'application/json' }).write('{"title":');
      this.#count(res);
    } else if (fault === 'stall')
      res.writeHead(200, { 'content-type': 'application/json' }).write('{"data":');
  }

  #isKnown({ headers: { authorization = '' } }: Request, endpoint: Endpoint): boolean {
    const { tokens, consumer } = this.settings;
    if (endpoint === 'login') {
      const pair = Buffer.from(String(authorization).replace(/^Basic /, ''), 'base64').toString();
      return (
        consumer !== undefined &&
        pair === `${encodeURIComponent(consumer.key)}:${encodeURIComponent(consumer.secret)}`
      );
    }
    const token = /^Bearer (.+)$/.exec(String(authorization))?.[1];
    return (
      token !== undefined && (token === APP_TOKEN || (tokens?.includes(token) ?? consumer === undefined))
    );
  }

  /** Counts a stream as open until its client is gone. */
  #count(res: ServerResponse): void {
    this.ledger.opened();
    const gone = () => {
      socket?.off('end', gone).off('close', gone);
      this.ledger.open--;
    };
    const socket = res.socket;
    socket?.once('end', gone).once('close', gone);
  }

  async #stream(
    kind: Connection['kind'],
    request: Request,
    res: ServerResponse,
    answer: (status: number, content: object | string) => void,
  ): Promise<void> {
    // A client that has closed its last stream may be seen again before its end is.
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    if (!res.socket || res.socket.destroyed) return;
    if (this.ledger.open >= (this.settings.connections ?? 1))
      return answer(...ANSWERS['too-many-connections']!);
    if (kind === 'search' && this.book.rules.length === 0) return answer(...ANSWERS['409']!);
    const minutes = Number(request.query.get('backfill_minutes') ?? 0);
    if (minutes > 0 && this.settings.backfill === false) return answer(...ANSWERS['400']!);
    request.status = 200;
    const connection = new Connection(
      kind,
      res,
      this.clock,
      random(this.settings.seed ?? 1, `cuts ${this.ledger.accepted}`),
      this.settings.cutting ?? 'lines',
    );
    this.#count(res);
    this.ledger.accepted++;
    this.#connections.add(connection);
    const stream: Ledger['streams'][number] = { from: this.clock.now(), to: undefined };
    this.ledger.streams.push(stream);
    void connection.closed.then(() => {
      stream.to = this.clock.now();
      this.#connections.delete(connection);
    });
    res.writeHead(200, {
      date: new Date(this.clock.now()).toUTCString(),
      'content-type': 'application/json; charset=utf-8',
      ...this.#limits.stream.headers(),
    });
    res.flushHeaders();
    const since = this.clock.now() - minutes * 60_000;
    if (minutes > 0)
      for (const post of this.#history) if (post.at >= since) void this.#deliver(connection, post);
    if (this.settings.keepAliveMs !== 0) void connection.keepAlive(this.settings.keepAliveMs ?? 20_000);
  }
}

const BAD_LOGIN: readonly [number, object] = [
  403,
  { errors: [{ code: 99, message: 'Unable to verify your credentials', label: 'authenticity_token_error' }] },
];

/** A stub that listens. */
export const startXStub = (settings: XStubSettings = {}): Promise<XStub> => new XStub(settings).start();
