import { type ChildProcess, execFileSync, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Java, Signal } from './java.ts';

/** Waits for the end of its input, that is, of its parent process; then ends each process of the folder and removes the folder. */
const GUARD = `cat >/dev/null
for end in "$0"/running/*; do sh "$end"; done >/dev/null 2>&1
for try in 1 2 3 4 5 6 7 8 9; do rm -rf "$0" && exit; sleep 0.2; done`;

export interface Process {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  /** No effect if the process has ended. */
  signal(signal: Signal): void;
}

/** Exit code or signal; undefined while it runs. */
export const endOf = ({ child }: Pick<Process, 'child'>): number | string | undefined =>
  child.exitCode ?? child.signalCode ?? undefined;

export interface Processes {
  /** Starts Java with Kafka on its class path. */
  run(name: string, args: readonly string[], stdio: StdioOptions): Process;
  /** Ends all processes and removes the folder. */
  close(): Promise<void>;
}

/** Java processes that work in a folder. They end with this process, even after kill -9. */
export function processes(java: Java, folder: string): Processes {
  const running = join(folder, 'running');
  mkdirSync(running);
  const guard = spawn('/bin/sh', ['-c', GUARD, folder], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  const guarded = once(guard, 'exit');
  const ends = new Set<Promise<void>>();

  return {
    run(name, args, stdio) {
      const unique = `${basename(folder)}-${name}`;
      const [command, ...rest] = java.run(unique, folder, args);
      const child = spawn(command, rest, { stdio });
      const order = (signal: Signal) => java.signal(signal, unique, child.pid!);
      writeFileSync(join(running, name), order('KILL').join(' '));
      const ended = once(child, 'exit').then(() => {
        ends.delete(ended);
        rmSync(join(running, name), { force: true });
      });
      ends.add(ended);
      const signal = (name: Signal) => {
        const [command, ...args] = order(name);
        if (endOf({ child }) === undefined) execFileSync(command, args);
      };
      return { child, ended, signal };
    },
    async close() {
      guard.stdin!.end();
      await Promise.all([guarded, ...ends]);
    },
  };
}
