import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { x } from '../../../src/sources/x/x.ts';
import { handClock } from '../../hand-clock.ts';
import { Desk, defaultsOf, turnLoop } from './harness.ts';

/** X with one rule, whose stream sends posts as fast as they are taken, numbered from 0, for ever. */
async function faster() {
  let sent = 0;
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    if (request.url?.includes('/rules'))
      return response.end(
        '{"data":[{"id":"1","value":"btc","tag":"btc"}],"meta":{"sent":"2026-03-02T10:15:00.000Z"}}',
      );
    const pour = (stream: ServerResponse): void => {
      for (let isTaken = true; isTaken && !stream.destroyed; ) {
        const lines = Array.from({ length: 100 }, () =>
          JSON.stringify({
            data: {
              id: String(sent++),
              text: `bitcoin ${'z'.repeat(900)}`,
              created_at: '2026-03-02T10:15:00.000Z',
            },
            matching_rules: [{ tag: 'btc' }],
          }),
        );
        isTaken = stream.write(`${lines.join('\r\n')}\r\n`);
      }
      stream.once('drain', () => pour(stream));
    };
    pour(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a source that is asked to stop ends while X sends faster than posts are stored, and hands over all it took', async () => {
  const desk = new Desk(handClock(Date.UTC(2026, 2, 2, 10, 15)));
  const stop = new AbortController();
  const settings = { ...defaultsOf(await faster(), {}), kinds: ['tweets'] as const, topic: undefined };
  const ids: (string | null)[] = [];
  for await (const { records, position } of x.read(settings, desk.context(stop.signal))) {
    ids.push(...records.flatMap(({ topic, key }) => (topic === 'tweets' ? [key] : [])));
    if (position) desk.positions.set(position.name, position.value);
    if (ids.length > 3000) stop.abort();
    // So slow a store that more lines have come whenever it takes some.
    await turnLoop(40);
    if (ids.length > 20_000) break;
  }
  expect(ids).toEqual(ids.map((_, index) => String(index)));
  // What was held: 2,000 lines, or 4 MB of them, and what the sockets had read.
  expect(ids.length).toBeGreaterThan(3000);
  expect(ids.length).toBeLessThan(12_000);
});
