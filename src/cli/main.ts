import { isMainThread } from 'node:worker_threads';
import { version } from '../../package.json';
import type { Io } from './process/io.ts';
import { quit } from './process/quit.ts';

const argv = process.argv.slice(2);

// Silences the AWS SDK's warning about the end of Node 20 support; package.json states which Node this program needs.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// At the file size limit (ulimit -f) the write fails with an error; without a handler, the signal kills the process.
process.on('SIGXFSZ', () => undefined);
// lmdb prints the error of a failed commit and also throws it; report() prints it once.
const print = console.error;
console.error = (...args: unknown[]) => {
  const { code } = (args[0] instanceof Error ? args[0] : {}) as { code?: unknown };
  if (typeof code !== 'number') print(...args);
};

async function main(): Promise<void> {
  const [{ runCommandLine }, { processIo }, { exitCode, report }] = await Promise.all([
    import('./app.ts'),
    import('./process/io.ts'),
    import('./output/report.ts'),
  ]);
  process.on('uncaughtException', (error) => {
    process.stderr.write(report(error, true));
    quit(process, exitCode(error));
  });
  let io: Io;
  try {
    io = processIo(process);
  } catch (error) {
    process.stderr.write(report(error));
    quit(process, exitCode(error));
    return;
  }
  const code = await runCommandLine(argv, io);
  // The callback of an empty write runs after all earlier writes (pipes on Windows are asynchronous). stdout emits its
  // error after that callback, so setImmediate lets the error handler exit first.
  process.stdout.write('', () => setImmediate(() => quit(process, code)));
}

// A worker thread runs this file, too.
if (!isMainThread) void import('./process/worker-threads.ts').then(({ serveTasks }) => serveTasks());
// Scripts and health checks ask for the version: answer before loading anything else.
else if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V'))
  process.stdout.write(`${version}\n`);
else void main();
