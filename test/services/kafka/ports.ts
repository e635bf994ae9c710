import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Below the ports that the system gives to outgoing connections (32768 on Linux, 49152 on macOS): from among those, a client that
 * redials a killed broker can be given the broker's own port, and the broker does not come back.
 */
const FIRST = 21_000;
const BLOCK = 10;
const BLOCKS = 99;
/** The port that is a lock while the jars are fetched. */
export const JARS_LOCK = FIRST + BLOCK * BLOCKS;

/** Listens on 127.0.0.1: no other process gets the port until the server is closed or this process ends. */
export async function hold(port: number): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server.unref();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

const free = async (port: number): Promise<boolean> => {
  const server = await hold(port);
  server?.close();
  return server !== undefined;
};

export interface Ports {
  readonly ports: readonly number[];
  release(): void;
}

/** Nine free ports of 127.0.0.1. The holder of the first port of a block owns the others, open or not. */
export async function reservePorts(): Promise<Ports> {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let i = 0; i < BLOCKS; i++) {
    const first = FIRST + ((start + i) % BLOCKS) * BLOCK;
    const owner = await hold(first);
    if (!owner) continue;
    const ports = Array.from({ length: BLOCK - 1 }, (_, j) => first + 1 + j);
    if ((await Promise.all(ports.map(free))).every(Boolean)) return { ports, release: () => owner.close() };
    owner.close();
  }
  throw new Error(`no free ports between ${FIRST} and ${JARS_LOCK}: end the programs that listen there`);
}
