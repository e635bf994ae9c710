import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

// Identifies the process that writes a file, so that others can find out whether it still runs. A process id alone is
// not enough: containers and machines sharing a folder have the same ids, and systems reuse ids.

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** State and start time (clock ticks since boot) of a process; undefined on systems without /proc. */
function processStat(pid: number | 'self'): { readonly state: string; readonly start: string } | undefined {
  const text = orEmpty(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The second field is the program's name in parentheses; it may contain spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text === '' ? undefined : { state: fields[0]!, start: fields[19]! };
}

/** Identifies machine, boot and PID namespace, within which process ids can be compared. */
const machineId = (): string =>
  createHash('sha256')
    .update(hostname())
    .update(orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')))
    .update(orEmpty(() => readlinkSync('/proc/self/ns/pid')))
    .digest('hex')
    .slice(0, 12);

let own: string | undefined;

/** Names this process: machine, process id and start time, in hexadecimal digits, digits and dots. */
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

/** Whether the named process has exited; undefined for one of another machine, container or boot. */
export function hasExited(writer: string): boolean | undefined {
  const [machine, pid, start] = writer.split('.');
  if (machine !== thisWriter().split('.')[0]) return undefined;
  if (!isRunning(Number(pid))) return true;
  const running = processStat(Number(pid));
  // A zombie process (Z) keeps its id until its parent reaps it, but writes no more.
  return running !== undefined && (running.start !== start || running.state === 'Z');
}
