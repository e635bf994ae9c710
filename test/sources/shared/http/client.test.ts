import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type HttpClient, httpClient, TIME_OUT_MS } from '../../../../src/sources/shared/http/client.ts';
import { type Fault, type Stub, type StubSettings, startStub } from '../../../stubs/server.ts';
import { START, type Turned, turned } from '../../turned.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const GOOD = { status: 200, body: { good: true, long: 'x'.repeat(3000) } };

async function together(settings: StubSettings<Fault> = {}, around = turned()) {
  const stub: Stub<Fault> = await startStub<never>({ now: around.context.now, ...settings }, () => GOOD);
  closing.push(stub.close);
  const client = open(stub.url, around);
  return { around, stub, client };
}

function open(url: string, around: Turned): HttpClient {
  const client = httpClient(url, around.context);
  closing.push(client.close);
  return client;
}

describe('an answer', () => {
  test('a response has its status, time and body, also when compressed', async () => {
    const { client, stub } = await together();
    expect(await client.get('/a?b=c', { 'x-more': '1' })).toEqual({
      status: 200,
      body: GOOD.body,
      headers: expect.objectContaining({ 'content-encoding': 'gzip' }),
      serverTime: START,
      retryAfterMs: 0,
      askedAt: START,
      answeredAt: START,
    });
    const [{ path, query, headers } = expect.fail()] = stub.requests;
    expect([path, query.get('b'), headers['x-more']]).toEqual(['/a', 'c', '1']);
    expect(headers['user-agent']).toContain('cryptopipe');
    expect(headers['accept-encoding']).toBe('gzip');
  });

  test('a JSON response of any status is returned', async () => {
    const { client, stub } = await together();
    stub.next({ kind: 'answer', status: 429, body: { no: 1 }, headers: { 'retry-after': '7' } });
    expect(await client.get('/')).toMatchObject({ status: 429, body: { no: 1 }, retryAfterMs: 7000 });
  });

  test('a request keeps the path of the base URL', async () => {
    const around = turned();
    const { stub } = await together({}, around);
    await open(`${stub.url}/gateway/`, around).get('/v1/markets');
    expect(stub.requests[0]!.path).toBe('/gateway/v1/markets');
  });
});

describe('trouble', () => {
  test.each<[string, Fault, string, RegExp]>([
    ['a reset connection', { kind: 'reset' }, 'network', /ECONNRESET|UND_ERR_SOCKET/],
    ['a body that is cut', { kind: 'cut' }, 'network', /UND_ERR|ECONNRESET/],
    ['half of a body with a good end', { kind: 'half' }, 'not JSON', /^HTTP 200/],
    ['a page of HTML with status 200', { kind: 'html' }, 'not JSON', /^HTTP 200/],
    ['a page of HTML with status 502', { kind: 'html', status: 502 }, 'not JSON', /^HTTP 502/],
    ['an answer without end', { kind: 'oversized' }, 'too large', /32 MB/],
    [
      'a packed body that is none',
      { kind: 'answer', headers: { 'content-encoding': 'gzip' } },
      'network',
      /truncated or not valid gzip/,
    ],
  ])('%s; the next request is fine', async (_, fault, kind, message) => {
    const { client, stub } = await together();
    stub.next(fault);
    await expect(client.get('/')).rejects.toMatchObject({
      name: 'HttpError',
      kind,
      message: expect.stringMatching(message),
    });
    expect(await client.get('/')).toMatchObject({ body: GOOD.body });
  });

  test('a refused connection is a network error', async () => {
    const { client, stub } = await together();
    await stub.close();
    await expect(client.get('/')).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test.each<[string, Fault]>([
    ['never answers', { kind: 'silent' }],
    ['answers too slowly', { kind: 'slow' }],
  ])('a request to a server that %s times out after exactly 15 s', async (_, fault) => {
    const { client, stub, around } = await together();
    stub.next(fault);
    let failed: unknown;
    const asking = client.get('/').catch((error: unknown) => {
      failed = error;
    });
    await stub.asked(1);
    around.turn(TIME_OUT_MS - 1);
    await new Promise(setImmediate);
    expect(failed).toBeUndefined();
    around.turn(1);
    await asking;
    expect(failed).toMatchObject({ kind: 'time-out', message: 'no response within 15s' });
    expect(await client.get('/')).toMatchObject({ status: 200 });
  });

  test('a slow response within the timeout reports its duration', async () => {
    const { client, stub, around } = await together();
    stub.next({ kind: 'slow' });
    const asking = client.get('/');
    await stub.asked(1);
    around.turn(4000);
    stub.release();
    expect(await asking).toMatchObject({ askedAt: START, answeredAt: START + 4000 });
  });

  test('a stop aborts a request at once', async () => {
    const { client, stub, around } = await together();
    stub.next({ kind: 'silent' });
    const asking = client.get('/').catch((error: unknown) => error);
    await stub.asked(1);
    around.stop.abort();
    expect(await asking).toMatchObject({ kind: 'network' });
    await expect(client.get('/')).rejects.toMatchObject({ kind: 'network' });
    expect(stub.requests).toHaveLength(1);
  });
});

describe('connections', () => {
  test('all requests use one connection', async () => {
    const { client, stub } = await together();
    for (let i = 0; i < 5; i++) await client.get('/');
    expect(stub.connections).toMatchObject({ open: 1, most: 1, all: 1 });
  });

  test('the connection is closed at the end', async () => {
    const { client, stub } = await together();
    await client.get('/');
    await client.close();
    await expect.poll(() => stub.connections.open).toBe(0);
  });

  test('a timeout timer ends with its request', async () => {
    const around = turned();
    let open = 0;
    let most = 0;
    const sleep = async (span: number, until?: AbortSignal) => {
      most = Math.max(most, ++open);
      await around.context.sleep(span, until);
      open--;
    };
    const { stub } = await together({}, around);
    const client = httpClient(stub.url, { ...around.context, sleep });
    closing.push(client.close);
    for (let i = 0; i < 50; i++) {
      await client.get('/');
      around.turn(1000);
    }
    expect([most, open]).toEqual([1, 0]);
  });
});

describe('a proxy', () => {
  async function startProxy(refuses: boolean) {
    const heads: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket: Socket) => {
      heads.push(`${request.url} ${request.headers['proxy-authorization']}`);
      if (refuses) return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      const [host, port] = request.url!.split(':');
      const through = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(through).pipe(socket);
      });
      through.on('error', () => socket.destroy());
      socket.on('error', () => through.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closing.push(async () => proxy.close());
    return { heads, port: (proxy.address() as AddressInfo).port };
  }

  test.each([
    ['me', 'me:'],
    ['me:p%40ss%3A', 'me:p@ss:'],
    [':pw', ':pw'],
  ])('a proxy gets the user and password of its URL decoded: %s', async (userInfo, login) => {
    const { heads, port } = await startProxy(true);
    const around = turned({ proxy: () => `http://${userInfo}@127.0.0.1:${port}` });
    await open('https://service.invalid', around)
      .get('/')
      .catch(() => {});
    expect(heads).toEqual([`service.invalid:443 Basic ${Buffer.from(login).toString('base64')}`]);
  });

  test('requests go through the proxy with its user and password', async () => {
    const { heads, port } = await startProxy(false);
    const around = turned({ proxy: () => `http://me:pass-word@127.0.0.1:${port}` });
    const { client, stub } = await together({}, around);
    expect(await client.get('/')).toMatchObject({ status: 200 });
    const login = Buffer.from('me:pass-word').toString('base64');
    expect(heads).toEqual([`${new URL(stub.url).host} Basic ${login}`]);
  });

  test('a proxy refusal is a network error without the password', async () => {
    const { port } = await startProxy(true);
    const around = turned({ proxy: () => `http://me:pass-word@127.0.0.1:${port}` });
    const { client } = await together({}, around);
    const error = await client.get('/').catch((each: unknown) => each);
    expect(error).toMatchObject({ kind: 'network', message: 'the proxy refused the connection' });
    expect(`${(error as Error).stack}`).not.toContain('pass-word');
  });
});
