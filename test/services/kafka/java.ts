import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaJars } from './jars.ts';

export type Signal = 'KILL' | 'TERM' | 'STOP' | 'CONT';
type CommandLine = readonly [command: string, ...args: string[]];

/** A way to run Kafka's classes: Java on this machine, or a container. */
export interface Java {
  /** Runs Java with Kafka on its class path. `name`: unique to the process; `folder`: the one it reads and writes. */
  run(name: string, folder: string, args: readonly string[]): CommandLine;
  /** Sends a signal to a process that `run` started. */
  signal(signal: Signal, name: string, pid: number): CommandLine;
}

const LEAST = 17;

/** Java of this machine, or else Docker. Throws without both. */
export async function findJava(kafkaVersion: string): Promise<Java> {
  const home = process.env.JAVA_HOME;
  const command = home ? join(home, 'bin', 'java') : 'java';
  const found = spawnSync(command, ['-version'], { encoding: 'utf8' });
  const major = Number(/version "(?:1\.)?(\d+)/.exec(found.stderr ?? '')?.[1] ?? 0);
  if (major >= LEAST) return onThisMachine(command, await kafkaJars(kafkaVersion));
  if (spawnSync('docker', ['info']).status === 0) return inContainers(kafkaVersion);
  const missing = found.error
    ? `no Java (${command}: ${found.error.message})`
    : `Java ${major || 'of an unknown version'} (${command})`;
  throw new Error(
    `The services suite runs Apache Kafka, which needs Java ${LEAST} or docker. Here is ${missing}, and no docker that answers: ` +
      'install them (apt install openjdk-17-jre-headless maven), or start docker',
  );
}

function onThisMachine(command: string, jars: string): Java {
  return {
    run: (_, __, args) => [command, '-cp', join(jars, '*'), ...args],
    signal: (signal, _, pid) => ['kill', `-${signal}`, String(pid)],
  };
}

/** The host's network, so that ports and addresses are the same as without containers. Docker Desktop needs a setting for it. */
async function inContainers(kafkaVersion: string): Promise<Java> {
  const image = `apache/kafka:${kafkaVersion}`;
  if (spawnSync('docker', ['image', 'inspect', image]).status !== 0) await pull(image);
  const user = `${process.getuid?.()}:${process.getgid?.()}`;
  return {
    run: (name, folder, args) => [
      ...(['docker', 'run', '--rm', '--interactive', '--network', 'host', '--user', user] as const),
      ...['--name', name, '--volume', `${folder}:${folder}`, '--entrypoint', 'java', image],
      ...['-cp', '/opt/kafka/libs/*', ...args],
    ],
    signal: (signal, name) => ['docker', 'kill', '--signal', signal, name],
  };
}

const pull = (image: string) =>
  promisify(execFile)('docker', ['pull', '--quiet', image]).catch((error: Error) => {
    throw new Error(`docker could not pull ${image}: pull it by hand, or install Java\n${error.message}`);
  });
