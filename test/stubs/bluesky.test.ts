import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { readTweet } from '../../src/market/posts/tweet.ts';
import { StubNetwork } from './bluesky/network.ts';
import { startProfilesStub } from './bluesky/profiles.ts';
import { JetstreamStub, type JetstreamStubSettings } from './bluesky/server.ts';

const START = Date.UTC(2026, 10, 28, 10);
const V2 = '/xrpc/network.bsky.jetstream.subscribeEvents';

async function server(given: Partial<JetstreamStubSettings> = {}) {
  let now = START;
  const network = new StubNetwork(() => now);
  const stub = await JetstreamStub.start({ network, now: () => now, ...given });
  onTestFinished(() => stub.close());
  /** The frames that come before `post`, which is made once the stream is open, and what ended it. */
  const read = (path: string, count: number, opened: (socket: WebSocket) => void = () => {}) =>
    new Promise<{ frames: Record<string, unknown>[]; code?: number }>((resolve, reject) => {
      const socket = new WebSocket(stub.url.replace('http', 'ws') + path);
      const frames: Record<string, unknown>[] = [];
      socket.on('open', () => opened(socket));
      socket.on('error', reject);
      socket.on('message', (data) => {
        if (frames.push(JSON.parse(String(data))) < count) return;
        socket.terminate();
        resolve({ frames });
      });
      socket.on('close', (code) => resolve({ frames, code }));
    });
  return { stub, network, read, turn: (span: number) => (now += span) };
}
const seqsOf = (frames: readonly Record<string, unknown>[]) =>
  frames.map(({ payload }) => (payload as { seq?: number }).seq);

test('both wires give posts that the program reads', async () => {
  const { network, read } = await server();
  const post = () => network.post('bitcoin');
  const { frames } = await read(V2, 1, post);
  expect(readTweet(frames[0]).body.text).toBe('bitcoin');
  const old = await read('/subscribe?wantedCollections=app.bsky.feed.post', 1, post);
  expect(readTweet(old.frames[0]).body.text).toBe('bitcoin');
});

test('a number and a time start a replay, inclusive; collections and kinds filter', async () => {
  const { network, read, stub, turn } = await server();
  for (let post = 0; post < 4; post++) {
    network.post('a');
    turn(1000);
  }
  network.commit({ collection: 'app.bsky.feed.like', record: {} });
  network.account('did:plc:a', 'deleted');
  const all = `${V2}?kinds=commit&kinds=account&collections=app.bsky.feed.post`;
  const byNumber = await read(`${all}&cursor=${stub.firstSeq + 3}`, 3);
  expect(seqsOf(byNumber.frames)).toEqual([1003, 1004, 1006]);
  const byTime = await read(`${all}&cursor=${(START + 2000) * 1000}`, 3);
  expect(seqsOf(byTime.frames)).toEqual([1003, 1004, 1006]);
});

test('what a server has no longer is refused by number, and moved up by time', async () => {
  const { network, read, stub, turn } = await server();
  network.post('old');
  turn(37 * 3_600_000);
  network.post('new');
  await expect(read(`${V2}?cursor=1001`, 1)).rejects.toThrow('400');
  const { frames } = await read(`${V2}?cursor=${START * 1000}`, 2);
  expect(frames[0]).toMatchObject({ payload: { name: 'OutdatedCursor' } });
  expect(seqsOf(frames)).toEqual([undefined, stub.firstSeq + 2]);
});

test('a message from a client closes a v2 stream, and wrong requests are refused', async () => {
  const { read } = await server();
  const { code } = await read(V2, 1, (socket) => socket.send('{}'));
  expect(code).toBe(1008);
  for (const query of ['wantedCollections=a', 'kinds=like', 'cursor=x', 'kinds=account&collections=a'])
    await expect(read(`${V2}?${query}`, 1)).rejects.toThrow('400');
  const old = await server({ wire: 'v1' });
  await expect(old.read(V2, 1)).rejects.toThrow('404');
});

test('25 authors at most are answered', async () => {
  const profiles = await startProfilesStub();
  onTestFinished(() => profiles.close());
  const ask = (count: number) =>
    fetch(
      `${profiles.url}/xrpc/app.bsky.actor.getProfiles?${Array.from({ length: count }, (_, n) => `actors=did:plc:${n}`).join('&')}`,
    );
  expect((await ask(25)).status).toBe(200);
  expect((await ask(26)).status).toBe(400);
});
