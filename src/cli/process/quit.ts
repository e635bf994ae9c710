import { endWriting } from '../../log/local/storage/writing.ts';

/** How long the end may be held up by a commit: one waits for those of other processes, and one of them may be frozen. */
const LONGEST_MS = 3000;

/** Ends the process as soon as the commit under way has ended, or as kill -9 does when it takes too long. */
export function quit(process: NodeJS.Process, code: number): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LONGEST_MS);
  void endWriting().then(() => process.exit(code));
}
