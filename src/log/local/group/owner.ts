import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process of one machine, as others can find out whether it still lives. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** The Linux PID namespace: the same number elsewhere is another process (two containers of one host name). */
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

/** False only when the owner is certainly gone: same machine and namespace, and no such process. */
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
