import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { endOf, type Process, type Processes } from './processes.ts';

/** A machine under load takes half a minute for three nodes at once. */
const START_MS = 120_000;
const STOP_MS = 180_000;

export interface Node {
  /** Resolves when the node serves and sees these nodes serve (default: itself). */
  start(ids?: readonly number[]): Promise<void>;
  /** SIGTERM; resolves when the process has ended. */
  stop(): Promise<void>;
  kill(): void;
  pause(): void;
  resume(): void;
}

export interface NodeSettings {
  readonly id: number;
  /** Holds server.properties; the log is kept there. */
  readonly folder: string;
  /** The port of 127.0.0.1 for the harness's own requests. */
  readonly port: number;
  /** Largest Java heap, as in -Xmx. */
  readonly heap: string;
  /** Java compiles for speed rather than for a quick start. */
  readonly throughput: boolean;
}

/** A broker and controller in a process that can be ended and started again on its data. */
export function kafkaNode(all: Processes, settings: NodeSettings): Node {
  const { id, folder, port } = settings;
  const log = join(folder, 'log');
  let killed = false;
  let latest: Process | undefined;
  const lastLines = () => readFileSync(log, 'utf8').split('\n').slice(-20).join('\n');
  const running = () => {
    if (latest && endOf(latest) === undefined) return latest;
    throw new Error(`node ${id} is not running`);
  };

  return {
    async start(ids = [id]) {
      if (killed) await latest?.ended;
      if (latest && endOf(latest) === undefined) throw new Error(`node ${id} is running`);
      const started = launch(all, settings);
      latest = started;
      killed = false;
      for (const deadline = Date.now() + START_MS; !(await knows(port, ids)); await sleep(50)) {
        const end = endOf(started);
        if (end !== undefined)
          throw new Error(`node ${id} ended (${end}) before it responded:\n${lastLines()}`);
        if (Date.now() > deadline)
          throw new Error(`node ${id} does not respond after ${START_MS} ms:\n${lastLines()}`);
      }
    },
    async stop() {
      const { child, ended, signal } = running();
      const end = once(child, 'exit', { signal: AbortSignal.timeout(STOP_MS) });
      signal('TERM');
      await end.catch(() => {
        throw new Error(`node ${id} still runs ${STOP_MS} ms after SIGTERM:\n${lastLines()}`);
      });
      await ended;
    },
    kill() {
      running().signal('KILL');
      killed = true;
    },
    pause: () => running().signal('STOP'),
    resume: () => running().signal('CONT'),
  };
}

function launch(all: Processes, { id, folder, heap, throughput }: NodeSettings): Process {
  const log = openSync(join(folder, 'log'), 'a');
  const logger = '-Dorg.slf4j.simpleLogger';
  try {
    return all.run(
      `node-${id}`,
      [
        ...['-Xms128m', `-Xmx${heap}`, '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20', '-XX:-UsePerfData'],
        ...(throughput ? [] : ['-XX:TieredStopAtLevel=1']),
        ...[`${logger}.showDateTime=true`, `${logger}.dateTimeFormat=HH:mm:ss.SSS`],
        `${logger}.log.org.apache.kafka.common.config=warn`,
        ...['kafka.Kafka', join(folder, 'server.properties')],
      ],
      ['ignore', log, log],
    );
  } finally {
    closeSync(log);
  }
}

/** Always asks this node, whichever the client chose: the others may be ahead of it. */
async function knows(port: number, ids: readonly number[]): Promise<boolean> {
  const admin = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    socketFactory: ({ onConnect }) => connect({ host: '127.0.0.1', port }, onConnect),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 5000,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    return ids.every((id) => brokers.some(({ nodeId }) => nodeId === id));
  } catch {
    return false;
  } finally {
    await admin.disconnect();
  }
}
