import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { reservePorts } from './ports.ts';

/** A TCP proxy that fails on demand. It starts as a good one. */
export interface FaultyProxy {
  /** `host:port`; the same as long as it lives. */
  readonly address: string;
  /** Ends the open connections; new ones are taken. */
  cut(): void;
  /**
   * On: bytes are swallowed in both directions, and so is the end of a connection; new connections are taken and are as silent.
   * A connection that has lost something stays silent for good, for TCP delivers no stream with a hole; the others go on when it is off.
   */
  blackhole(on: boolean): void;
  /** Bytes that a black hole took so far: tells that it bit. */
  readonly swallowed: number;
  /** How long bytes are held back, each way. */
  delay(ms: number): void;
  /** On: nobody listens, so that new connections are refused; open ones go on. Resolves when it is so. */
  refuse(on: boolean): Promise<void>;
  /** Connections that are open now. */
  readonly connections: number;
  close(): Promise<void>;
}

interface Fault {
  silent: boolean;
  swallowed: number;
  delayMs: number;
}
interface Loss {
  suffered: boolean;
}

const SOCKET = { allowHalfOpen: true, noDelay: true };

/** Starts a proxy on a port of 127.0.0.1 in front of `host:port`. */
export async function startProxy(target: string): Promise<FaultyProxy> {
  const [host = '', targetPort] = target.split(':');
  const { ports, release } = await reservePorts();
  const port = ports[0]!;
  const fault: Fault = { silent: false, swallowed: 0, delayMs: 0 };
  const open = new Set<Socket>();

  const connect = (client: Socket) => {
    const broker = createConnection({ host, port: Number(targetPort), ...SOCKET });
    for (const socket of [client, broker]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    const loss: Loss = { suffered: false };
    pass(client, broker, fault, loss);
    pass(broker, client, fault, loss);
  };
  const listen = async (): Promise<Server> => {
    const server = createServer(SOCKET, connect).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };

  let server: Server | undefined = await listen();
  const proxy: FaultyProxy = {
    address: `127.0.0.1:${port}`,
    cut() {
      for (const socket of open) socket.destroy();
    },
    blackhole(on) {
      fault.silent = on;
    },
    delay(ms) {
      fault.delayMs = ms;
    },
    async refuse(on) {
      if (!on) server ??= await listen();
      else {
        server?.close();
        server = undefined;
      }
    },
    get swallowed() {
      return fault.swallowed;
    },
    get connections() {
      return [...open].filter(({ localPort }) => localPort === port).length;
    },
    async close() {
      await proxy.refuse(true);
      proxy.cut();
      release();
    },
  };
  return proxy;
}

/** Carries one direction of a connection: bytes and ends in their order, each as late as the delay was when it came. */
function pass(from: Socket, to: Socket, fault: Fault, loss: Loss): void {
  let before = Promise.resolve();
  const inTurn = (act: () => void, size = 0) => {
    const due = Date.now() + fault.delayMs;
    before = before.then(async () => {
      if (due > Date.now()) await sleep(due - Date.now());
      if (fault.silent) loss.suffered = true;
      if (loss.suffered) fault.swallowed += size;
      else act();
    });
  };
  from.on('data', (bytes) =>
    inTurn(() => {
      if (!to.write(bytes)) from.pause();
    }, bytes.length),
  );
  to.on('drain', () => from.resume());
  from.on('end', () => inTurn(() => to.end()));
  from.on('error', () => {});
  from.on('close', () => {
    if (fault.silent) loss.suffered = true;
    if (!loss.suffered) to.destroy();
  });
}
