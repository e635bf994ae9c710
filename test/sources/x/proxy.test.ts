import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, expect, test, vi } from 'vitest';
import type { UserError } from '../../../src/core/errors.ts';
import { readRule } from '../../../src/sources/x/rules/rule.ts';
import { pass, passUntil, type Run, run, stage, until } from './harness.ts';

const cleanups: (() => Promise<void> | void)[] = [];
let running: Run | undefined;
afterEach(async () => {
  await running?.stop().catch(() => {});
  running = undefined;
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  vi.unstubAllEnvs();
});

const RULES = [readRule('btc=bitcoin')];

/** A proxy that hands what it is asked first to `answer`. */
async function proxy(answer: (head: string, socket: Socket) => void) {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    socket.once('data', (head) => {
      heads.push(String(head));
      answer(String(head), socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { url: `http://me:very-secret-word@127.0.0.1:${port}`, heads, open: () => sockets.size };
}

async function behind(url: string) {
  const set = await stage();
  cleanups.push(() => set.stub.close());
  set.desk.proxy = url;
  return set;
}

test('a proxy that wants a password: the hint, and no password shown', async () => {
  const { url, heads } = await proxy((_, socket) =>
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'),
  );
  const { desk } = await behind(url);
  running = run(desk, 'https://api.x.com', { rules: RULES });
  const userError = (await running.ended.catch((error: unknown) => error)) as UserError;
  expect(userError.hint).toContain('HTTPS_PROXY');
  expect(userError.message + desk.logged.join()).not.toContain('very-secret-word');
  expect(heads[0]).toMatch(/^CONNECT api\.x\.com:443 HTTP/);
  expect(heads[0]).toContain(`Proxy-Authorization: Basic ${btoa('me:very-secret-word')}`);
});

test('a proxy that never answers: each try is given up after 15 s, and leaves nothing open', async () => {
  const { url, heads, open } = await proxy(() => {});
  const { desk, clock } = await behind(url);
  running = run(desk, 'https://api.x.com', { rules: RULES });
  await until(() => heads.length === 1);
  await passUntil(clock, () => heads.length === 3, 60_000);
  await pass(clock, 100);
  expect(open()).toBe(1);
  expect(desk.logged[0]).toBe('X: network (api.x.com: no response within 15 s); trying again in 250ms');
  await running.stop();
  await until(() => open() === 0);
});

test('a proxy that is not there is tried again', async () => {
  const { desk, clock } = await behind('http://127.0.0.1:9');
  running = run(desk, 'https://api.x.com', { rules: RULES });
  await passUntil(clock, () => desk.logged.length > 0, 5000);
  expect(desk.logged[0]).toBe('X: network (api.x.com: ECONNREFUSED); trying again in 250ms');
});

/** A certificate is made for the test; not every machine has what makes one. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

test.skipIf(!hasOpenssl)('the stream goes over TLS through the proxy', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-tls-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=api.x.test', '-addext', 'subjectAltName=DNS:api.x.test', '-days', '2'];
  const making = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', [...making, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');

  const { stub, desk, clock } = await stage();
  cleanups.push(() => stub.close());
  const bridge = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (secure) => {
    const plain = connect(stub.port, '127.0.0.1');
    secure.pipe(plain).pipe(secure);
    secure.on('error', () => plain.destroy());
    plain.on('error', () => secure.destroy());
  });
  await new Promise<void>((resolve) => bridge.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => void bridge.close());
  const { port } = bridge.address() as { port: number };
  const { url } = await proxy((_, socket) => {
    const through = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    through.on('error', () => socket.destroy());
    socket.pipe(through).pipe(socket);
  });
  desk.proxy = url;
  running = run(desk, 'https://api.x.test', { rules: RULES });
  await until(() => stub.log.accepted === 1);
  const { id } = stub.post();
  await passUntil(clock, () => desk.of('tweets').length === 1, 10_000, 1);
  expect(desk.ids()).toEqual([id]);
  await running.stop();
  await until(() => stub.log.open === 0);
});
