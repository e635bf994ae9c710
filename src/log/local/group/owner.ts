import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identifies a process, so that others can check whether it is alive. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** The Linux PID namespace: two containers of one host name may have equal PIDs. */
  readonly namespace: string;
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

let self: Owner | undefined;
export function thisOwner(): Owner {
  self ??= { host: hostname(), pid: process.pid, namespace: pidNamespace() };
  return self;
}

/** False only if the owner is certainly dead: same machine and namespace, and no such process. */
export function mayLive(owner: Owner): boolean {
  const here = thisOwner();
  if (owner.host !== here.host || owner.namespace !== here.namespace) return true;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
