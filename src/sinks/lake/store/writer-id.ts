import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { hasExited, orEmpty, pidNamespace, thisProcess } from '../../../system/process-id.ts';

// Identifies the process that writes a file, so that others can find out whether it still runs, also where containers and
// machines share a folder.

/** Identifies machine, boot and PID namespace, within which process ids can be compared. */
const machineId = (): string =>
  createHash('sha256')
    .update(hostname())
    .update(orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')))
    .update(pidNamespace())
    .digest('hex')
    .slice(0, 12);

let own: string | undefined;

/** Names this process: machine, process id and start time, in hexadecimal digits, digits and dots. */
export function thisWriter(): string {
  own ??= `${machineId()}.${thisProcess().pid}.${thisProcess().start}`;
  return own;
}

/** Whether the named process has exited; undefined for one of another machine, container or boot. */
export function hasWriterExited(writer: string): boolean | undefined {
  const [machine, pid, start] = writer.split('.');
  return machine === thisWriter().split('.')[0] ? hasExited({ pid: Number(pid), start }) : undefined;
}
