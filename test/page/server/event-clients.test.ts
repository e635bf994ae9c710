import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { EventClients, eventBytes, openEvents } from '../../../src/page/server/event-clients.ts';

const BTC = { coin: 'btc', quote: 'usdt', source: 'test', window: '10m' };
const FIRST = Buffer.from('retry: 1\n\n');
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Clients of a real server, and a way to connect one. */
async function start() {
  const clients = new EventClients();
  const server = createServer((request, response) => {
    clients.add(openEvents(request, response, FIRST)!, BTC, new Map());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const connect = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const asked = get({ port, agent: false }, resolve);
      asked.on('error', reject);
      closing.push(() => asked.destroy());
    });
  return { clients, connect };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** More than the largest buffers of a system's sockets, in MB. */
const ENOUGH_MB = 80;

describe('connected pages', () => {
  test('a page that does not read is disconnected and leaves no queue, another one gets everything', async () => {
    const { clients, connect } = await start();
    const slow = await connect();
    slow.on('error', () => {});
    const quick = await connect();
    let bytes = 0;
    quick.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    const event = eventBytes('changes', 'x'.repeat(2 ** 20), 'a');
    let sent = 0;
    while (clients.size === 2 && sent < ENOUGH_MB) {
      clients.advance(new Map(), () => event);
      sent += 1;
      while (bytes < sent * event.length + FIRST.length) await turn();
    }
    expect([clients.size, clients.dropped]).toEqual([1, 1]);
    expect(bytes).toBe(sent * event.length + FIRST.length);
  });

  test('clients of one selection share one event, made for the position of the last one', async () => {
    const { clients, connect } = await start();
    const pages = [await connect(), await connect()];
    const texts = pages.map(() => '');
    for (const [i, page] of pages.entries())
      page.on('data', (chunk: Buffer) => {
        texts[i] += String(chunk);
      });
    const asked: unknown[] = [];
    for (const offset of [1, 2])
      clients.advance(new Map([['t/0', offset]]), (selection, after) => {
        asked.push([selection, [...after]]);
        return Buffer.from(`: ${offset}\n\n`);
      });
    while (texts.some((text) => !text.includes(': 2'))) await turn();
    expect(asked).toEqual([
      [BTC, []],
      [BTC, [['t/0', 1]]],
    ]);
  });

  test('a page that leaves is forgotten', async () => {
    const { clients, connect } = await start();
    (await connect()).destroy();
    while (clients.size > 0) await turn();
    clients.advance(new Map(), () => expect.fail('nobody is left'));
  });

  test('an event without an id does not move the position of a page', () => {
    expect(String(eventBytes('status', { now: 1 }))).toBe('event: status\ndata: {"now":1}\n\n');
    expect(String(eventBytes('changes', { text: 'a\nb' }, 'x'))).toBe(
      'id: x\nevent: changes\ndata: {"text":"a\\nb"}\n\n',
    );
  });
});
