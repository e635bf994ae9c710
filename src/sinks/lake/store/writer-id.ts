import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

// Which process writes a file, so that another one can find out whether it still runs. The process id alone does not
// say so: containers and machines that share a folder have the same ids, and the system uses an id again.

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** State and start (clock ticks since the boot) of a process; undefined where the system has no /proc. */
function processStat(pid: number | 'self'): { readonly state: string; readonly start: string } | undefined {
  const text = orEmpty(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The second field is the program's name in parentheses; it may hold blanks and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text === '' ? undefined : { state: fields[0]!, start: fields[19]! };
}

/** The machine since its boot, and the PID namespace: where process ids can be compared. */
const machineId = (): string =>
  createHash('sha256')
    .update(hostname())
    .update(orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')))
    .update(orEmpty(() => readlinkSync('/proc/self/ns/pid')))
    .digest('hex')
    .slice(0, 12);

let own: string | undefined;

/** Names this process: machine, process id and start. Of hexadecimal digits, digits and dots. */
export function thisWriter(): string {
  own ??= `${machineId()}.${process.pid}.${processStat('self')?.start ?? ''}`;
  return own;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether the process of a name runs no more; undefined for one of another machine, container or boot. */
export function hasExited(writer: string): boolean | undefined {
  const [machine, pid, start] = writer.split('.');
  if (machine !== thisWriter().split('.')[0]) return undefined;
  if (!isRunning(Number(pid))) return true;
  const there = processStat(Number(pid));
  // A killed process that its parent has not asked for (Z) holds its id, and writes no more.
  return there !== undefined && (there.start !== start || there.state === 'Z');
}
