import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../../core/errors.ts';
import { withTimeout } from '../../../core/util/timeout.ts';
import { connectTo, TIME_OUT_MS } from '../../shared/http/client.ts';
import { type HttpHeaders, readRetryAfter } from '../../shared/http/headers.ts';
import { HttpError } from '../../shared/http/http-error.ts';
import type { SourceContext } from '../../source.ts';
import { regionBlocked } from '../rest/refusals.ts';
import type { DumpFile } from './dump-files.ts';

/** A file that was downloaded whole. */
export interface Download {
  readonly path: string;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
}

/** Throws HttpError for what a retry may repair, UserError for a closed region. */
export interface DumpHost {
  readonly host: string;
  /** The published SHA-256; undefined while the file is not there. */
  checksum(file: DumpFile): Promise<string | undefined>;
  /** Downloads to a temporary file, which the next download overwrites; undefined while the file is not there. */
  download(file: DumpFile): Promise<Download | undefined>;
  close(): Promise<void>;
}

const MOST_TEXT = 1000;
const CHECKSUM = /^([0-9a-f]{64})\b/i;

async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const part of bytes) {
    hash.update(part);
    yield part;
  }
}

/** A failure to write the temporary file. */
function writeError(error: unknown): never {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) throw error;
  throw new UserError(
    code === 'ENOSPC' ? 'disk-full' : 'failed',
    `binance: a dump cannot be written to ${tmpdir()} (${code})`,
    'Free some space there, or name another folder in TMPDIR.',
  );
}

type Bytes = AsyncIterator<Uint8Array>;

export function dumpHost(url: string, context: SourceContext): DumpHost {
  const { origin, pathname, host } = new URL(url);
  const base = pathname.replace(/\/$/, '');
  let connection: ReturnType<typeof connectTo> | undefined;
  let folder: string | undefined;

  /** A step on the network; its own errors become HttpErrors. */
  const inTime = <T>(step: Promise<T>): Promise<T> =>
    withTimeout(context, TIME_OUT_MS, step, (): never => {
      throw new HttpError('time-out', 'the download stands still');
    }).catch((error: unknown) => {
      if (error instanceof HttpError) throw error;
      throw new HttpError(
        'network',
        `the download broke off (${(error as { code?: string }).code ?? 'unknown'})`,
      );
    });

  async function disconnect(): Promise<void> {
    const open = connection;
    connection = undefined;
    await (await open)?.destroy();
  }

  /** Hands the body's bytes to `take`; undefined for a file that is not there. */
  async function get<T>(path: string, take: (bytes: Bytes) => Promise<T>): Promise<T | undefined> {
    try {
      connection ??= connectTo(origin, context.proxy(url));
      const headers = { 'user-agent': 'cryptopipe' };
      const answer = await inTime(
        (await connection).request({ origin, path: `${base}${path}`, method: 'GET', headers }),
      );
      const { statusCode: status, body } = answer;
      if (status === 200) return await take(body[Symbol.asyncIterator]() as Bytes);
      await body.dump();
      if (status === 404) return undefined;
      if (status === 451) throw regionBlocked(host);
      const waitMs = readRetryAfter(answer.headers as HttpHeaders, context.now());
      throw new HttpError('status', `HTTP ${status} for ${path}`, waitMs, status);
    } catch (error) {
      await disconnect();
      throw error;
    }
  }

  async function* untilEnd(bytes: Bytes): AsyncGenerator<Uint8Array> {
    for (let next = await inTime(bytes.next()); !next.done; next = await inTime(bytes.next()))
      yield next.value;
  }

  return {
    host,
    checksum: (file) =>
      get(`${file.path}.CHECKSUM`, async (bytes) => {
        let text = '';
        for await (const part of untilEnd(bytes)) text = `${text}${Buffer.from(part)}`.slice(0, MOST_TEXT);
        const sum = CHECKSUM.exec(text)?.[1]?.toLowerCase();
        if (sum === undefined) throw new HttpError('service', `${file.name}.CHECKSUM holds no SHA-256`);
        return sum;
      }),
    download: (file) =>
      get(file.path, async (bytes) => {
        folder ??= await mkdtemp(join(tmpdir(), 'cryptopipe-binance-'));
        const path = join(folder, 'dump.zip');
        const hash = createHash('sha256');
        await pipeline(hashed(untilEnd(bytes), hash), createWriteStream(path)).catch(writeError);
        return { path, sha256: hash.digest('hex') };
      }),
    async close() {
      await disconnect();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      folder = undefined;
    },
  };
}
