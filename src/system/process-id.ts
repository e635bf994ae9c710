import { readFileSync, readlinkSync } from 'node:fs';

/** A process of this machine and PID namespace. A number alone is not enough: systems reuse them. */
export interface ProcessId {
  readonly pid: number;
  /** Start time in clock ticks since boot; empty on systems without /proc, undefined where it was not recorded. */
  readonly start?: string | undefined;
}

/** What `read` returns; empty where the system has no such file. */
export function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function processStat(pid: number | 'self'): { readonly state: string; readonly start: string } | undefined {
  const text = orEmpty(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The second field is the program's name in parentheses; it may contain spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text === '' ? undefined : { state: fields[0]!, start: fields[19]! };
}

let own: Required<ProcessId> | undefined;

/** This process. */
export function thisProcess(): Required<ProcessId> {
  own ??= { pid: process.pid, start: processStat('self')?.start ?? '' };
  return own;
}

let namespace: string | undefined;

/** The Linux PID namespace, within which process ids can be compared: containers of one host name may have equal ids. */
export function pidNamespace(): string {
  namespace ??= orEmpty(() => readlinkSync('/proc/self/ns/pid'));
  return namespace;
}

function isInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a process of this machine and PID namespace has exited. */
export function hasExited({ pid, start }: ProcessId): boolean {
  if (!isInUse(pid)) return true;
  const running = processStat(pid);
  if (running === undefined) return false;
  // A zombie process (Z) keeps its id until its parent reaps it, but does nothing more.
  return running.state === 'Z' || (start !== undefined && running.start !== start);
}
