import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reservePorts } from '../kafka/ports.ts';
import { minioBinary } from './binary.ts';

const START_MS = 180_000;

/** The keys of every server of the suite. */
export const KEYS = { accessKeyId: 'minioadmin', secretAccessKey: 'minioadmin' } as const;

export interface Minio {
  /** `http://127.0.0.1:port`; the same after a kill and a start. */
  readonly endpoint: string;
  /** SIGKILL; resolves when it has ended. */
  kill(): Promise<void>;
  /** Starts a killed server again on its data; resolves when it serves. */
  start(): Promise<void>;
  /** SIGSTOP: connections stay open and get no response. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

/** Waits for the end of its input, that is, of its parent process; then ends the server and removes the folder. */
const GUARD = `cat >/dev/null
[ -e "$0/pid" ] && kill -KILL "$(cat "$0/pid")"
for try in 1 2 3 4 5 6 7 8 9; do rm -rf "$0" && exit; sleep 0.2; done`;

/**
 * Starts MinIO on a free port of 127.0.0.1, empty; it ends at the latest with this process. Throws if it is not built
 * and cannot be built.
 */
export async function startMinio(): Promise<Minio> {
  const program = await minioBinary();
  const { ports, release } = await reservePorts();
  const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-minio-'));
  const pidFile = join(folder, 'pid');
  const endpoint = `http://127.0.0.1:${ports[0]}`;
  const guard = spawn('/bin/sh', ['-c', GUARD, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    child = launch(program, folder, `127.0.0.1:${ports[0]}`);
    writeFileSync(pidFile, String(child.pid));
    for (const deadline = Date.now() + START_MS; !(await ready(endpoint)); await sleep(30)) {
      if (child.exitCode === null && Date.now() < deadline) continue;
      throw new Error(`MinIO does not serve:\n${readFileSync(join(folder, 'log'), 'utf8').slice(-2000)}`);
    }
  };
  const close = async (): Promise<void> => {
    const guarded = once(guard, 'exit');
    guard.stdin.end();
    await guarded;
    release();
  };

  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    endpoint,
    start,
    async kill() {
      const ended = once(child!, 'exit');
      child!.kill('SIGKILL');
      await ended;
      rmSync(pidFile);
    },
    freeze: () => void child!.kill('SIGSTOP'),
    thaw: () => void child!.kill('SIGCONT'),
    close,
  };
}

function launch(program: string, folder: string, address: string): ChildProcess {
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const log = openSync(join(folder, 'log'), 'a');
  try {
    return spawn(program, ['server', data, '--address', address], {
      stdio: ['ignore', log, log],
      env: {
        ...{ PATH: process.env.PATH, HOME: folder },
        ...{ MINIO_ROOT_USER: KEYS.accessKeyId, MINIO_ROOT_PASSWORD: KEYS.secretAccessKey },
        // CI_CD: data may be on the system disk.
        GOMEMLIMIT: '256MiB',
        ...{ MINIO_BROWSER: 'off', MINIO_UPDATE: 'off', MINIO_CI_CD: '1' },
      },
    });
  } finally {
    closeSync(log);
  }
}

/** Whether the server serves S3 (403 without a signature): its health check alone succeeds before buckets can be created. */
async function ready(endpoint: string): Promise<boolean> {
  try {
    const [health, service] = await Promise.all([fetch(`${endpoint}/minio/health/ready`), fetch(endpoint)]);
    await Promise.all([health.text(), service.text()]);
    return health.ok && service.status === 403;
  } catch {
    return false;
  }
}
