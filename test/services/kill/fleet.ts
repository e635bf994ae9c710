import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deferredRejection } from '../../../src/core/util/deferred-rejection.ts';

/** Kills the listed processes when its input closes, that is, when the test ends for any reason. */
const GUARD = `cat >/dev/null
for pid in "$0"/*; do [ -e "$pid" ] && kill -9 "\${pid##*/}"; done
rm -rf "$0"`;

/** A process handles signals only once it has reached the cluster; before that SIGTERM kills it. */
const YOUNG_MS = 20_000;
/** Lines of a child's stderr to show after a failure. */
const SHOWN = 60;

interface Ship {
  readonly name: string;
  readonly child: ChildProcess;
  readonly stderr: string;
  /** Expected end: by our SIGKILL, or exit 0 after our SIGTERM. */
  meant: 'SIGKILL' | 0 | undefined;
  readonly since: number;
  /** It may have received SIGTERM before it installed its handler. */
  young: boolean;
  readonly ended: Promise<void>;
}

/** Processes by slot that are restarted repeatedly; any unrequested exit is a failure. */
export interface Fleet {
  readonly failures: readonly string[];
  /** Rejects with the first failure. */
  readonly failed: Promise<never>;
  /** Slots that have a process, frozen or not. */
  readonly afloat: readonly number[];
  start(slot: number): void;
  kill(slot: number): Promise<void>;
  freeze(slot: number): void;
  thaw(slot: number): void;
  /** Sends SIGTERM; resolves when the process has ended. */
  leave(slot: number): Promise<void>;
  /** Kills the remaining processes without checking their exit; no process starts after that. */
  sink(): Promise<void>;
  /** The last lines of every child's stderr. */
  logs(): string;
}

export function fleet(command: readonly [string, ...string[]], folder: string): Fleet {
  const ships: Ship[] = [];
  const bySlot = new Map<number, Ship>();
  const failures: string[] = [];
  const { failed, fail } = deferredRejection();
  const living = mkdtempSync(join(tmpdir(), 'cryptopipe-fleet-'));
  // An orphaned process would connect to a later cluster on the same ports.
  const guard = spawn('/bin/sh', ['-c', GUARD, living], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  let sunk = false;
  const at = (slot: number): Ship => {
    const ship = bySlot.get(slot);
    if (ship === undefined) throw new Error(`slot ${slot} has no process`);
    return ship;
  };
  const end = async (slot: number, meant: 'SIGKILL' | 0): Promise<void> => {
    const ship = at(slot);
    ship.meant = meant;
    ship.young = Date.now() - ship.since < YOUNG_MS;
    ship.child.kill(meant === 0 ? 'SIGTERM' : 'SIGKILL');
    await ship.ended;
  };

  return {
    failures,
    failed,
    get afloat() {
      return [...bySlot.keys()];
    },
    start(slot) {
      if (sunk) return;
      if (bySlot.has(slot)) throw new Error(`slot ${slot} has a process already`);
      const name = `${ships.length}-slot-${slot}`;
      const stderr = join(folder, `${name}.err`);
      const file = openSync(stderr, 'w');
      const child = spawn(command[0], command.slice(1), {
        stdio: ['ignore', 'ignore', file],
        env: { ...process.env, CRYPTOPIPE_TRACE: '1' },
      });
      closeSync(file);
      const listed = join(living, String(child.pid));
      writeFileSync(listed, '');
      const ended = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
        rmSync(listed, { force: true });
        if (bySlot.get(slot) === ship) bySlot.delete(slot);
        const how = signal ?? code;
        if (how === ship.meant || (how === 'SIGTERM' && ship.meant === 0 && ship.young)) return;
        failures.push(`${name} (pid ${child.pid}) ended with ${how}, meant was ${ship.meant ?? 'to go on'}`);
        fail(new Error(failures.at(-1)));
      });
      const ship: Ship = { name, child, stderr, meant: undefined, since: Date.now(), young: false, ended };
      ships.push(ship);
      bySlot.set(slot, ship);
    },
    kill: (slot) => end(slot, 'SIGKILL'),
    freeze: (slot) => void at(slot).child.kill('SIGSTOP'),
    thaw: (slot) => void at(slot).child.kill('SIGCONT'),
    leave: (slot) => end(slot, 0),
    async sink() {
      sunk = true;
      for (const [slot, ship] of bySlot) {
        ship.meant = 'SIGKILL';
        at(slot).child.kill('SIGKILL');
      }
      await Promise.all(ships.map(({ ended }) => ended));
      guard.stdin!.end();
    },
    logs: () => ships.map(({ name, stderr }) => `--- ${name}\n${tail(stderr)}`).join('\n'),
  };
}

const tail = (file: string): string => readFileSync(file, 'utf8').split('\n').slice(-SHOWN).join('\n');
