import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { closeServer, listenOn } from '../../../src/page/server/listen.ts';

const servers: Server[] = [];
const serverFor = (): Server => {
  const server = createServer(() => {});
  servers.push(server);
  return server;
};
afterEach(async () => {
  for (const server of servers.splice(0)) if (server.listening) await closeServer(server);
});

test('the address has the port that was taken', async () => {
  expect(await listenOn(serverFor(), '127.0.0.1', 0)).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}$/);
});

test('a port in use rejects with the code of Node', async () => {
  const url = await listenOn(serverFor(), '127.0.0.1', 0);
  const again = listenOn(serverFor(), '127.0.0.1', Number(new URL(url).port));
  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('closing ends a request that is never answered', async () => {
  const server = serverFor();
  const url = await listenOn(server, '127.0.0.1', 0);
  const asked = fetch(url).then(
    () => 'answered',
    () => 'ended',
  );
  await new Promise((resolve) => server.once('request', resolve));
  await closeServer(server);
  expect(await asked).toBe('ended');
});
