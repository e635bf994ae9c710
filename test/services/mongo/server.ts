import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reservePorts } from '../kafka/ports.ts';
import { ferretServer } from './ferret.ts';

const START_MS = 90_000;

export interface MongoOptions {
  /** Requires a login; the user's database is `admin`. */
  readonly login?: { readonly user: string; readonly password: string };
}

export interface MongoServer {
  /** `mongodb://127.0.0.1:PORT`, without credentials. */
  readonly url: string;
  /** SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>;
  /** Starts it again on its data and port; resolves when it responds. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

/** FerretDB on 127.0.0.1, empty. Throws if it is not built and cannot be built. */
export async function startMongo({ login }: MongoOptions = {}): Promise<MongoServer> {
  const binary = await ferretServer();
  const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-mongo-'));
  const reserved = await reservePorts();
  const port = reserved.ports[0]!;
  const log = join(folder, 'log');
  const environment = login && {
    FERRET_DATABASE: 'admin',
    FERRET_USER: login.user,
    FERRET_PASSWORD: login.password,
  };
  let child: ChildProcess | undefined;

  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  const server: MongoServer = {
    url: `mongodb://127.0.0.1:${port}`,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async start() {
      const out = openSync(log, 'a');
      child = spawn(binary, ['-listen', `127.0.0.1:${port}`, '-dir', join(folder, 'data')], {
        cwd: folder,
        env: { ...process.env, GOMEMLIMIT: '128MiB', ...environment },
        stdio: ['ignore', out, out],
      });
      closeSync(out);
      for (const deadline = Date.now() + START_MS; !(await answers(port)); await sleep(20))
        if (child.exitCode !== null || Date.now() > deadline)
          throw new Error(`FerretDB does not respond:\n${readFileSync(log, 'utf8').slice(-2000)}`);
    },
    async close() {
      await end('SIGKILL');
      reserved.release();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  process.once('exit', () => child?.kill('SIGKILL'));
  try {
    await server.start();
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
