import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readRule } from '../../../src/sources/x/rules/rule.ts';
import { handClock } from '../../hand-clock.ts';
import { pour } from '../../stubs/server.ts';
import { Desk, passUntil, run, type XSettings } from './harness.ts';

/** X, whose answer to one method and path has no end; counts the bytes that were taken of such answers. */
async function endless(at: string, status = 200) {
  const tried: (() => number)[] = [];
  const reply = (response: ServerResponse, body: unknown) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const server = createServer((request: IncomingMessage, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    if (`${request.method} ${path}` === at) {
      const { socket } = response;
      tried.push(() => socket?.bytesWritten ?? 0);
      return pour(response, status);
    }
    if (path === '/oauth2/token') return reply(response, { access_token: 'AAAA-token' });
    return reply(response, { data: [], meta: { sent: '2026-03-02T10:15:00.000Z' } });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tried };
}

const PAIR = { X_CONSUMER_KEY: 'a-consumer-key', X_CONSUMER_SECRET: 'a-consumer-secret' };
const BTC: Partial<XSettings> = { rules: [readRule('btc=bitcoin')] };

test.each<[string, string, number, Record<string, string> | undefined]>([
  ['the rules', 'GET /2/tweets/search/stream/rules', 200, undefined],
  ['an error about the rules', 'GET /2/tweets/search/stream/rules', 503, undefined],
  ['a change of rules', 'POST /2/tweets/search/stream/rules', 200, undefined],
  ['the login', 'POST /oauth2/token', 200, PAIR],
  ['a refusal of the stream', 'GET /2/tweets/sample/stream', 503, undefined],
])('an endless answer to %s is cut off at 8 MB and requested again later', async (_, at, status, secrets) => {
  const clock = handClock(Date.UTC(2026, 2, 2, 10, 15));
  const { url, tried } = await endless(at, status);
  const desk = new Desk(clock, secrets);
  run(desk, url, at.endsWith('sample/stream') ? { sampleStream: true } : BTC);
  await passUntil(clock, () => tried.length > 1, 60_000);
  expect(tried.length).toBeGreaterThan(1);
  expect(desk.logged[0]).toMatch(
    /^X: network \(127\.0\.0\.1:\d+: the response is larger than 8MB\); trying again/,
  );
  // What the kernel's buffers take of it comes besides.
  expect(tried[0]!()).toBeLessThan(40 * 2 ** 20);
});
