import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { openLocalLog } from '../../src/log/local/open.ts';
import { sourceStage } from '../../src/runtime/source-stage.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import type { Chunk, SourceContext } from '../../src/sources/source.ts';
import { readPostStream } from '../../src/sources/x/stream/stream.ts';
import { postTopics } from '../../src/sources/x/stream/topics.ts';
import { x } from '../../src/sources/x/x.ts';
import { defaults, reporter } from './kit.ts';
import { type Measured, measure } from './measure.ts';
import { benchPosts } from './posts.ts';

/** Distinct lines, sent repeatedly: more would measure the garbage collector. */
const LINES = 20_000;
/** Approximate size of one socket read. */
const PIECE = 64 * 1024;

const lines = (): string[] => [...benchPosts(LINES)];

/** `count` lines as a stream delivers them, in chunks that end anywhere. */
function* pieces(count: number): Generator<Buffer> {
  const all = Buffer.from(`${lines().join('\r\n')}\r\n`);
  for (let left = count; left > 0; left -= LINES) {
    const part = left >= LINES ? all : Buffer.from(`${lines().slice(0, left).join('\r\n')}\r\n`);
    for (let at = 0; at < part.length; at += PIECE) yield part.subarray(at, at + PIECE);
  }
}

function sourceContext(signal: AbortSignal): SourceContext {
  return {
    signal,
    now: systemClock.now,
    monotonic: systemClock.monotonic,
    stdin: () => Readable.from([]),
    sleep: (span, until) => systemClock.sleep(span, signal, until),
    position: async () => undefined,
    once: false,
    secret: (name) => (name === 'X_BEARER_TOKEN' ? 'bench' : undefined),
    proxy: () => undefined,
    random: () => 0.5,
    status: () => {},
    print: () => {},
    info: () => {},
    warn: reporter.warn,
  };
}

/** Takes chunks until there are `count` records. */
async function take(chunks: AsyncIterable<Chunk>, count: number): Promise<number> {
  let seen = 0;
  for await (const { records } of chunks) {
    seen += records.length;
    if (seen >= count) break;
  }
  return seen;
}

/** A server with one rule that sends `count` posts as fast as they are read. */
async function server(count: number) {
  const stream = (res: ServerResponse) => {
    const source = pieces(count);
    const more = (): void => {
      for (let step = source.next(); !step.done; step = source.next())
        if (!res.write(step.value)) return void res.once('drain', more);
    };
    more();
  };
  const made = createServer((req, res) => {
    res.setHeader('content-type', 'application/json');
    if (req.url?.includes('/rules')) res.end('{"data":[{"id":"1","value":"bitcoin","tag":"btc"}]}');
    else stream(res);
  });
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const { port } = made.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => made.closeAllConnections() ?? made.close() };
}

/** The stages of source x by name; `count` posts of about 1.4 kB. */
export const X_STAGES: Record<string, (dir: string, count: number) => Promise<Measured>> = {
  'x: JSON.parse alone': async (_, count) => {
    const all = lines();
    return measure('', () => {
      for (let index = 0; index < count; index++) JSON.parse(all[index % LINES]!);
      return count;
    });
  },
  'x: stream to records': async (_, count) => {
    const stop = new AbortController();
    const chunks = readPostStream(
      {
        connect: async () => {
          const body = Readable.from(pieces(count), { objectMode: false });
          return { body, close: async () => void body.destroy() };
        },
        repairRules: async () => {},
        topic: 'tweets',
        topics: postTopics('tweets', []),
        resume: { lastSeen: undefined, month: '2026-03', posts: 0 },
        elsewhere: { month: '2026-03', posts: 0 },
        backfillMs: 0,
        maxPosts: 0,
      },
      sourceContext(stop.signal),
    );
    return measure('', () => take(chunks, count));
  },
  'x: socket to topic': async (dir, count) => {
    const log = await openLocalLog(dir, systemClock);
    const { url, close } = await server(count);
    const stage = sourceStage({
      log,
      source: x,
      settings: defaults(x.options, { url }),
      kinds: ['tweets'],
      topic: undefined,
      clock: systemClock,
      reporter: { info: () => {}, warn: reporter.warn },
      sourceContext: sourceContext(new AbortController().signal),
    });
    const measured = await measure('', async () => {
      await stage.start();
      while (stage.stats.in < count) await systemClock.sleep(5);
      return stage.stats.in;
    });
    await stage.stop();
    await close();
    await log.close();
    return measured;
  },
};
