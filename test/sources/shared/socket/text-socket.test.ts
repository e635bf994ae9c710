import { expect, onTestFinished, test } from 'vitest';
import type { WebSocket } from 'ws';
import type { HttpError } from '../../../../src/sources/shared/http/http-error.ts';
import { openSocket } from '../../../../src/sources/shared/socket/text-socket.ts';
import { type SocketStubSettings, startSocketStub } from '../../../stubs/socket-server.ts';
import { turned } from '../../turned.ts';

async function setUp(settings: SocketStubSettings) {
  const around = turned();
  const stub = await startSocketStub(settings);
  onTestFinished(async () => {
    around.stop.abort();
    await stub.close();
  });
  const open = () =>
    openSocket({ url: `${stub.url.replace('http', 'ws')}/feed?a=1`, silenceMs: 10_000 }, around.context);
  return { around, stub, open };
}

const textsOf = (frames: readonly { text: string }[] | undefined) => frames?.map(({ text }) => text);
const nextTurn = () => new Promise(setImmediate);

/** Resolves once `isTrue`; the network needs a few turns of the event loop. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await nextTurn();
}

/** Turns the clock in small steps until the promise resolves. */
async function turning<T>(result: Promise<T>, turn: (span: number) => void, step = 100): Promise<T> {
  let isDone = false;
  void result.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    turn(step);
    await nextTurn();
  }
  return result;
}

test('messages come in order, and an ended connection still gives those it had read', async () => {
  const { around, open } = await setUp({
    connected: (socket) => {
      for (const text of ['1', '2', '3']) socket.send(text);
      socket.close(1001, 'server shutting down');
    },
  });
  const socket = await open();
  await until(() => socket.end !== undefined);
  expect(textsOf(await socket.next())).toEqual(['1', '2', '3']);
  expect(await socket.next()).toBeUndefined();
  expect(socket.end).toEqual({ how: 'closed', code: 1001, reason: 'server shutting down (1001)' });
  await socket.close();
  expect(around.warnings).toEqual([]);
});

test('a connection without a message or ping for the silence limit ends as silent', async () => {
  const { around, open } = await setUp({ connected: () => {} });
  const socket = await open();
  expect(await turning(socket.next(), around.turn, 1000)).toBeUndefined();
  expect(socket.end).toMatchObject({ how: 'silent', reason: 'silent for 10s' });
  await socket.close();
});

test('a ping proves that a quiet connection is alive', async () => {
  let peer: WebSocket | undefined;
  const { around, open } = await setUp({ connected: (socket) => (peer = socket) });
  const socket = await open();
  const reading = socket.next();
  for (let ping = 0; ping < 5; ping++) {
    around.turn(6000);
    const pong = new Promise((resolve) => peer!.once('pong', resolve));
    peer!.ping();
    await pong;
  }
  expect(socket.end).toBeUndefined();
  peer!.send('still here');
  expect(textsOf(await turning(reading, around.turn))).toEqual(['still here']);
  await socket.close();
});

test('a refused upgrade is an error with the status, the text and the wait', async () => {
  const { open } = await setUp({
    connected: () => {},
    refuse: () => ({ status: 503, body: 'warming up', headers: { 'retry-after': '7' } }),
  });
  const error = await open().catch((thrown: HttpError) => thrown);
  expect(error).toMatchObject({ kind: 'status', status: 503, text: 'warming up', waitMs: 7000 });
});

test('a server that is not there is a network error without its address', async () => {
  const { stub, open } = await setUp({ connected: () => {} });
  await stub.close();
  const error = await open().catch((thrown: HttpError) => thrown);
  expect(error).toMatchObject({ kind: 'network' });
  expect((error as HttpError).message).not.toContain('127.0.0.1');
});

test('a stop ends the wait for messages, and closing leaves no connection', async () => {
  const { around, stub, open } = await setUp({ connected: () => {} });
  const socket = await open();
  const reading = socket.next();
  around.stop.abort();
  expect(await reading).toBeUndefined();
  expect(socket.end).toMatchObject({ how: 'stopped' });
  await socket.close();
  await until(() => stub.sockets.size === 0);
});

test('more unread messages than the limit end the connection', async () => {
  const { open } = await setUp({
    connected: (socket) => {
      for (let count = 0; count < 70; count++) socket.send('x'.repeat(2 ** 20));
    },
  });
  const socket = await open();
  await until(() => socket.end !== undefined);
  expect(socket.end).toMatchObject({ how: 'overflow' });
  await socket.close();
});

test('the pong to a ping of ours proves that a quiet connection is alive', async () => {
  let pings = 0;
  const { around, stub } = await setUp({ connected: (socket) => socket.on('ping', () => pings++) });
  const url = stub.url.replace('http', 'ws');
  const socket = await openSocket({ url, silenceMs: 10_000, pingMs: 4000 }, around.context);
  void socket.next();
  const end = around.context.now() + 60_000;
  while (around.context.now() < end) {
    around.turn(100);
    await nextTurn();
  }
  expect(socket.end).toBeUndefined();
  expect(pings).toBeGreaterThan(10);
  await socket.close();
});
