import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { reservePorts } from './ports.ts';

/** A TCP proxy that fails on demand. It starts without faults. */
export interface FaultyProxy {
  /** `host:port`; never changes. */
  readonly address: string;
  /** Ends open connections and accepts new ones. */
  cut(): void;
  /**
   * On: drops bytes in both directions, and the end of a connection; new connections are accepted and stay silent.
   * A connection that has lost bytes stays silent forever, because TCP delivers no stream with a hole; off, the others continue.
   */
  blackhole(on: boolean): void;
  /** Bytes dropped so far: proof that the fault had an effect. */
  readonly swallowed: number;
  /** Delays bytes in each direction. */
  delay(ms: number): void;
  /** On: stops listening, so that new connections are refused; open ones continue. Resolves when that is done. */
  refuse(on: boolean): Promise<void>;
  /** Number of open connections. */
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

/** Forwards one direction of a connection: bytes and ends in order, each after the delay that applied on its arrival. */
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
