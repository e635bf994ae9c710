import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deferredRejection } from '../../../src/core/util/deferred-rejection.ts';

/** The processes of every second slot move tasks to worker threads after a few records. */
const IN_WORKERS = { CRYPTOPIPE_TEST_BUSY_AFTER: '50' };

/** Kills the listed processes when its input closes, that is, when the test ends for any reason. */
const GUARD = `cat >/dev/null
for pid in "$0"/*; do [ -e "$pid" ] && kill -9 "\${pid##*/}"; done
rm -rf "$0"`;

/** A process handles signals only once it has reached the cluster; before that SIGTERM kills it. */
const YOUNG_MS = 20_000;
/** Lines of a child's stderr to show after a failure. */
const SHOWN = 60;

interface Instance {
  readonly name: string;
  readonly child: ChildProcess;
  readonly stderr: string;
  /** Expected end: by our SIGKILL, or exit 0 after our SIGTERM. */
  expected: 'SIGKILL' | 0 | undefined;
  readonly since: number;
  /** It may have received SIGTERM before it installed its handler. */
  isYoung: boolean;
  readonly ended: Promise<void>;
}

/** Processes by slot that are restarted repeatedly; any unrequested exit is a failure. */
export interface Fleet {
  readonly failures: readonly string[];
  /** Rejects with the first failure. */
  readonly failed: Promise<never>;
  /** Slots that have a process, frozen or not. */
  readonly runningSlots: readonly number[];
  start(slot: number): void;
  kill(slot: number): Promise<void>;
  freeze(slot: number): void;
  thaw(slot: number): void;
  /** Sends SIGTERM; resolves when the process has ended. */
  leave(slot: number): Promise<void>;
  /** Kills the remaining processes without checking their exit; no process starts after that. */
  killAll(): Promise<void>;
  /** The last lines of every child's stderr. */
  logs(): string;
}

export function fleet(command: readonly [string, ...string[]], folder: string): Fleet {
  const instances: Instance[] = [];
  const bySlot = new Map<number, Instance>();
  const failures: string[] = [];
  const { failed, fail } = deferredRejection();
  const pidFolder = mkdtempSync(join(tmpdir(), 'cryptopipe-fleet-'));
  // An orphaned process would connect to a later cluster on the same ports.
  const guard = spawn('/bin/sh', ['-c', GUARD, pidFolder], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  let isClosed = false;
  const at = (slot: number): Instance => {
    const instance = bySlot.get(slot);
    if (instance === undefined) throw new Error(`slot ${slot} has no process`);
    return instance;
  };
  const end = async (slot: number, expected: 'SIGKILL' | 0): Promise<void> => {
    const instance = at(slot);
    instance.expected = expected;
    instance.isYoung = Date.now() - instance.since < YOUNG_MS;
    instance.child.kill(expected === 0 ? 'SIGTERM' : 'SIGKILL');
    await instance.ended;
  };

  return {
    failures,
    failed,
    get runningSlots() {
      return [...bySlot.keys()];
    },
    start(slot) {
      if (isClosed) return;
      if (bySlot.has(slot)) throw new Error(`slot ${slot} has a process already`);
      const name = `${instances.length}-slot-${slot}`;
      const stderr = join(folder, `${name}.err`);
      const file = openSync(stderr, 'w');
      const child = spawn(command[0], command.slice(1), {
        stdio: ['ignore', 'ignore', file],
        env: { ...process.env, CRYPTOPIPE_TRACE: '1', ...(slot % 2 === 1 && IN_WORKERS) },
      });
      closeSync(file);
      const listed = join(pidFolder, String(child.pid));
      writeFileSync(listed, '');
      const ended = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
        rmSync(listed, { force: true });
        if (bySlot.get(slot) === instance) bySlot.delete(slot);
        const how = signal ?? code;
        if (how === instance.expected || (how === 'SIGTERM' && instance.expected === 0 && instance.isYoung))
          return;
        failures.push(
          `${name} (pid ${child.pid}) ended with ${how}, expected: ${instance.expected ?? 'none'}`,
        );
        fail(new Error(failures.at(-1)));
      });
      const instance: Instance = {
        name,
        child,
        stderr,
        expected: undefined,
        since: Date.now(),
        isYoung: false,
        ended,
      };
      instances.push(instance);
      bySlot.set(slot, instance);
    },
    kill: (slot) => end(slot, 'SIGKILL'),
    freeze: (slot) => void at(slot).child.kill('SIGSTOP'),
    thaw: (slot) => void at(slot).child.kill('SIGCONT'),
    leave: (slot) => end(slot, 0),
    async killAll() {
      isClosed = true;
      for (const [slot, instance] of bySlot) {
        instance.expected = 'SIGKILL';
        at(slot).child.kill('SIGKILL');
      }
      await Promise.all(instances.map(({ ended }) => ended));
      guard.stdin!.end();
    },
    logs: () => instances.map(({ name, stderr }) => `--- ${name}\n${tail(stderr)}`).join('\n'),
  };
}

const tail = (file: string): string => readFileSync(file, 'utf8').split('\n').slice(-SHOWN).join('\n');
