import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { parseAddress } from '../../../../../src/sinks/lake/store/s3/address.ts';
import { type Bucket, openBucket } from '../../../../../src/sinks/lake/store/s3/bucket.ts';
import type { S3Settings } from '../../../../../src/sinks/lake/store/s3/options.ts';
import type { SinkContext } from '../../../../../src/sinks/sink.ts';
import { fakeContext } from '../../../fakes.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** What the stub does with a request. */
export type Reply = (asked: Asked, response: ServerResponse) => void | Promise<void>;

export const ok =
  (body = '', headers: Record<string, string> = {}): Reply =>
  (_, response) =>
    void response.writeHead(200, headers).end(body);

/** An answer as S3 words it; `more`: further elements. */
export const refusal =
  (status: number, code: string, more = '', headers: Record<string, string> = {}): Reply =>
  ({ method }, response) => {
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>text of ${code}</Message>${more}</Error>`;
    response
      .writeHead(status, { 'content-type': 'application/xml', ...headers })
      .end(method === 'HEAD' ? '' : body);
  };

export const listing = (keys: readonly string[], token = ''): string =>
  `<?xml version="1.0"?><ListBucketResult>${keys
    .map(
      (key) =>
        `<Contents><Key>${key}</Key><Size>1</Size><LastModified>2026-03-02T00:00:00.000Z</LastModified><ETag>"e"</ETag></Contents>`,
    )
    .join('')}${token && `<NextContinuationToken>${token}</NextContinuationToken>`}</ListBucketResult>`;

/** A server on a loopback socket that answers as the test says; it is gone after the test. */
export async function stub(reply: Reply): Promise<{ readonly endpoint: string; readonly asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, 'http://stub');
    const { method = '', headers } = request;
    const one = { method, path: url.pathname, query: url.searchParams, headers, body: await buffer(request) };
    asked.push(one);
    await reply(one, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const SECRETS: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'top-secret',
};

interface Changes {
  readonly settings?: Partial<S3Settings>;
  readonly context?: Partial<SinkContext>;
}

/** Opens `s3://lake/data` of a stub; the clock turns by itself. */
export function openAt(endpoint: string, { settings, context }: Changes = {}): Promise<Bucket> {
  return openBucket(
    {
      ...{ url: parseAddress('s3://lake/data'), endpoint, region: 'us-east-1', pathStyle: undefined },
      ...{ createBucket: false, s3Checksum: 'when_supported' },
      ...settings,
    },
    fakeContext('prices', { secret: (name) => SECRETS[name], ...context }),
  );
}

/** Answers the look for the bucket that opens it; the rest is the test's. */
export const afterOpening =
  (reply: Reply): Reply =>
  (asked, response) =>
    (asked.query.get('max-keys') === '1' ? ok(listing([])) : reply)(asked, response);

/** One reply after the other; the last one for all that follow. */
export function inTurn(...replies: Reply[]): Reply {
  let next = 0;
  return (asked, response) => replies[Math.min(next++, replies.length - 1)]!(asked, response);
}
