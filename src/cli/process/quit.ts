import { endWriting } from '../../log/local/storage/writing.ts';

/** Longest wait for a running commit. It waits for commits of other processes, and one of those may be frozen. */
const LONGEST_MS = 3000;

/** Exits once the running commit has finished; kills the process if that takes too long. */
export function quit(process: NodeJS.Process, code: number): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LONGEST_MS);
  void endWriting().then(() => process.exit(code));
}
