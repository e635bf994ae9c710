import { version } from '../../package.json';
import type { Io } from './process/io.ts';
import { quit } from './process/quit.ts';

const argv = process.argv.slice(2);

// The AWS SDK would say on every run that it will leave Node 20 one day: package.json says what this program needs.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// A file that may not grow any more (ulimit -f) is an error of its write, not the end of the process.
process.on('SIGXFSZ', () => undefined);
// lmdb prints the error of a failed commit, besides handing it over: what is said of it comes from report().
const print = console.error;
console.error = (...said: unknown[]) => {
  const { code } = (said[0] instanceof Error ? said[0] : {}) as { code?: unknown };
  if (typeof code !== 'number') print(...said);
};

async function main(): Promise<void> {
  const [{ app }, { processIo }, { exitCode, report }] = await Promise.all([
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
  const code = await app(argv, io);
  // A write of nothing comes back after everything before it (pipes on Windows are asynchronous); an error of stdout
  // is told only after that, and must not be overtaken by a good end.
  process.stdout.write('', () => setImmediate(() => quit(process, code)));
}

// Asked for by scripts and health checks: answered before anything else is loaded.
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) process.stdout.write(`${version}\n`);
else void main();
