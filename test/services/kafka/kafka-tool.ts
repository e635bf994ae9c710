import { text } from 'node:stream/consumers';
import type { Processes } from './processes.ts';

/** Classes of Kafka's command line tools, with the class of Kafka 3 where it differs. */
const CLASSES = {
  topics: ['org.apache.kafka.tools.TopicCommand'],
  configs: ['kafka.admin.ConfigCommand'],
  groups: ['org.apache.kafka.tools.consumer.group.ConsumerGroupCommand'],
  transactions: ['org.apache.kafka.tools.TransactionsCommand'],
  'console-producer': ['org.apache.kafka.tools.ConsoleProducer', 'kafka.tools.ConsoleProducer'],
  'console-consumer': ['org.apache.kafka.tools.consumer.ConsoleConsumer'],
  'dump-log': ['org.apache.kafka.tools.DumpLogSegments', 'kafka.tools.DumpLogSegments'],
} as const;
export type Tool = keyof typeof CLASSES;
const OFFLINE: readonly Tool[] = ['dump-log'];

const LIMIT_MS = 180_000;

export interface ToolRun {
  readonly version: string;
  readonly bootstrap: string;
}

/** stdout of a tool. Throws if it fails or runs longer than three minutes. */
export async function runTool(
  all: Processes,
  { version, bootstrap }: ToolRun,
  tool: Tool,
  args: readonly string[],
  stdin = '',
): Promise<string> {
  const [current, former = current] = CLASSES[tool];
  const connect =
    OFFLINE.includes(tool) || args.includes('--bootstrap-server') ? [] : ['--bootstrap-server', bootstrap];
  return runJava(all, tool, [version.startsWith('3.') ? former : current, ...connect, ...args], stdin);
}

let runs = 0;

/** stdout of one of Kafka's classes with a `main`. */
export async function runJava(
  all: Processes,
  name: string,
  args: readonly string[],
  stdin = '',
): Promise<string> {
  const { child, ended, signal } = all.run(
    `${name}-${++runs}`,
    [
      ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'],
      ...['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', ...args],
    ],
    'pipe',
  );
  child.stdin!.on('error', () => {});
  child.stdin!.end(stdin);
  const late = setTimeout(() => signal('KILL'), LIMIT_MS);
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!), ended]);
  clearTimeout(late);
  if (child.exitCode === 0) return stdout;
  const how = child.exitCode === null ? `did not end within ${LIMIT_MS} ms` : `exit ${child.exitCode}`;
  throw new Error(`${name} ${args.join(' ')}: ${how}\n${stderr}${stdout}`);
}
