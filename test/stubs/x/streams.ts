import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../src/core/util/clock.ts';
import { random } from '../../../src/core/util/random.ts';
import type { Millis } from '../../../src/core/util/time.ts';
import { Connection, type Cutting } from './connection.ts';
import { FAREWELLS, type Farewell } from './faults.ts';
import type { StubPost } from './posts.ts';
import type { RequestLog } from './request-log.ts';
import type { XStubSettings } from './settings.ts';

/** What X sends where the expansion of the originals is not asked for. */
const withoutOriginals = (line: string): string =>
  line.replace(/,"(?:tweets|posts)":\[.*?\]\},"matching_rules"/, '},"matching_rules"');

/** X backfills at most the last five minutes. */
const KEPT_MS: Millis = 5 * 60_000;

/** The open streams, and the posts kept for backfill. */
export class Streams {
  readonly #connections = new Set<Connection>();
  #history: StubPost[] = [];

  constructor(
    readonly settings: XStubSettings,
    readonly clock: Clock,
    readonly log: RequestLog,
  ) {}

  /** Answers a request with a stream. `minutes`: how far back its backfill starts. */
  open(kind: Connection['kind'], res: ServerResponse, minutes: number, isWhole: boolean): void {
    const { seed = 1, cutting = 'lines', keepAliveMs = 20_000 } = this.settings;
    const draw = random(seed, `cuts ${this.log.accepted}`);
    const connection = new Connection(kind, res, this.clock, draw, cutting, isWhole);
    const stream: RequestLog['streams'][number] = { from: this.clock.now(), to: undefined };
    this.log.streams.push(stream);
    this.#connections.add(connection);
    void connection.closed.then(() => {
      stream.to = this.clock.now();
      this.#connections.delete(connection);
    });
    res.flushHeaders();
    const since = this.clock.now() - minutes * 60_000;
    for (const post of this.#history)
      if (minutes > 0 && post.at >= since) void this.#deliver(connection, post);
    if (keepAliveMs !== 0) void connection.keepAlive(keepAliveMs);
  }

  publish(post: StubPost): void {
    const since = this.clock.now() - KEPT_MS;
    while (this.#history[0] !== undefined && this.#history[0].at < since) this.#history.shift();
    this.#history.push(post);
    for (const connection of this.#connections) void this.#deliver(connection, post);
  }

  async #deliver(connection: Connection, { id, line: whole, matches }: StubPost): Promise<void> {
    if (connection.kind === 'search' && !matches) return;
    const line = connection.isWhole ? whole : withoutOriginals(whole);
    const text = connection.kind === 'sample' ? line.replace(/,"matching_rules":\[.*\]\}$/, '}') : line;
    if (await connection.write(`${text}\r\n`))
      this.log.handedOver.push({ id, line: text, at: this.clock.now() });
  }

  async say(bytes: string | Buffer): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.write(bytes)));
  }

  silence(): void {
    for (const connection of this.#connections) connection.isSilent = true;
  }

  async hangUp(how: 'end' | 'drop' | 'reset' | 'cut'): Promise<void> {
    for (const connection of [...this.#connections]) {
      if (how === 'cut') await connection.write('{"data":{"id":"1","text":"this line is cut h');
      connection.hangUp(how === 'cut' ? 'drop' : how);
    }
  }

  async farewell(why: Farewell): Promise<void> {
    await this.say(`${JSON.stringify(FAREWELLS[why])}\r\n`);
    for (const connection of [...this.#connections]) connection.hangUp('end');
  }

  cut(cutting: Cutting): void {
    for (const connection of this.#connections) connection.cutting = cutting;
  }
}
