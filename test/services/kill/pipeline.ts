import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Log, TopicSettings } from '../../../src/log/log.ts';
import { INPUTS } from './input.ts';

export const PARTITIONS = 6;
/** In the order of the chain. */
export const PROCESSORS = {
  select: { inputs: ['tweets'], output: 'tweets-processed', flags: [] },
  join: {
    inputs: ['prices-coinmarketcap', 'prices-file', 'prices-wallex'],
    output: 'prices',
    flags: ['--idle', '1h'],
  },
  candles: {
    inputs: ['prices'],
    output: 'candles',
    flags: ['--idle', '1h', '--window', '30s,5m'],
  },
} as const;
export type ProcessorName = keyof typeof PROCESSORS;
export const NAMES = Object.keys(PROCESSORS) as readonly ProcessorName[];
export const OUTPUTS = Object.values(PROCESSORS).map(({ output }) => output);

/** App names of the disturbed and the undisturbed run; the latter's outputs have its name as a prefix. */
export const APP = 'kill';
export const CALM = 'calm';
export const undisturbedTopic = (topic: string): string => `${CALM}-${topic}`;
export const groupOf = (app: string, name: ProcessorName): string => `${app}.${name}`;

/** Equal partition counts and no compaction, which would hide duplicate candles and shorten the second run's input. */
const PLAIN: TopicSettings = { partitions: PARTITIONS, retentionMs: undefined, compacted: false };
/** Compacted as often as possible, so that tasks restore state across gaps. */
const STATE: TopicSettings = {
  partitions: PARTITIONS,
  retentionMs: undefined,
  compacted: true,
  config: { 'segment.ms': '15000', 'min.cleanable.dirty.ratio': '0.01', 'max.compaction.lag.ms': '15000' },
};

export async function makeTopics(log: Log, replication: number): Promise<void> {
  const make = (name: string, settings: TopicSettings) => log.createTopic(name, { ...settings, replication });
  for (const topic of [...INPUTS, ...OUTPUTS, ...OUTPUTS.map(undisturbedTopic)]) await make(topic, PLAIN);
  if (log.url.startsWith('kafka:'))
    for (const name of NAMES) await make(`${groupOf(APP, name)}.state`, STATE);
}

/** Half a second between commits, because all processes share two cores; leaving may take long while a broker is down. */
export const processArgs = (names: readonly ProcessorName[], bus: string, app: string): string[] => [
  ...['process', ...names, '--bus', bus, '--app', app, '--commit-every', '500ms', '--drain', '90s'],
  ...new Set(names.flatMap((name) => PROCESSORS[name].flags)),
];

/** Runs once, expects success and returns the JSON summary. */
export async function runOnce(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode === 0) return stdout.trim();
  throw new Error(
    `cryptopipe ${args.join(' ')}: ended with ${child.exitCode ?? child.signalCode}\n${stderr}${stdout}`,
  );
}
