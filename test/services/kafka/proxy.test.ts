import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type FaultyProxy, startProxy } from './proxy.ts';

describe('a proxy', () => {
  let echo: Server;
  let proxy: FaultyProxy;
  const clients: Socket[] = [];
  beforeAll(async () => {
    echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    proxy = await startProxy(`127.0.0.1:${(echo.address() as AddressInfo).port}`);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });
  afterAll(async () => {
    await proxy.close();
    echo.close();
  });

  const connect = async () => {
    const [host, port] = proxy.address.split(':');
    const socket = createConnection(Number(port), host).setEncoding('utf8');
    clients.push(socket);
    let received = '';
    socket.on('data', (text) => {
      received += text;
    });
    await once(socket, 'connect');
    const hears = (text: string) => expect.poll(() => received, { interval: 5 }).toBe(text);
    return { socket, hears, received: () => received };
  };

  test('the proxy passes bytes and the end of a connection', async () => {
    const { socket, hears } = await connect();
    socket.end('all of it');
    await once(socket, 'close');
    await hears('all of it');
  });

  test('cut ends open connections and accepts new ones', async () => {
    const { socket, hears } = await connect();
    socket.write('before');
    await hears('before');
    proxy.cut();
    await once(socket, 'close');
    const again = await connect();
    again.socket.write('after');
    await again.hears('after');
  });

  test('a connection that lost bytes in a black hole stays open and silent; one that lost none continues', async () => {
    const [losing, idle, witness] = [await connect(), await connect(), await connect()];
    for (const { socket, hears } of [losing, idle]) {
      socket.write('1');
      await hears('1');
    }
    proxy.blackhole(true);
    losing.socket.write('2');
    await expect.poll(() => proxy.swallowed).toBe(1);
    proxy.blackhole(false);
    losing.socket.write('3');
    idle.socket.write('2');
    await idle.hears('12');
    witness.socket.write('w');
    await witness.hears('w');
    expect([losing.received(), losing.socket.readyState]).toEqual(['1', 'open']);
  });

  test('delay delays bytes in both directions', async () => {
    const { socket, hears } = await connect();
    proxy.delay(60);
    const start = performance.now();
    socket.write('slow');
    await hears('slow');
    expect(performance.now() - start).toBeGreaterThan(110);
    proxy.delay(0);
  });

  test('refuse refuses new connections and keeps open ones', async () => {
    const open = await connect();
    await proxy.refuse(true);
    await expect(connect()).rejects.toThrow(/ECONNREFUSED/);
    open.socket.write('still here');
    await open.hears('still here');
    await proxy.refuse(false);
    await connect();
  });
});
