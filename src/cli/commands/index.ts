import type { CommandSpec } from '../args/command.ts';

/** A command before it is loaded: what the first page of help needs. */
export interface CommandEntry {
  readonly summary: string;
  /** Loaded when it is used, so that `--version` and help stay quick. */
  readonly load: () => Promise<{ readonly command: unknown }>;
}

export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  run: { summary: 'Every stage in one process; --sample needs no input.', load: () => import('./run.ts') },
  produce: {
    summary: 'Read posts and prices from a source into topics.',
    load: () => import('./produce.ts'),
  },
  process: { summary: 'Select, join, window: from topics to topics.', load: () => import('./process.ts') },
  sink: {
    summary: 'Bring topics to a lake, a bucket, MongoDB or a console.',
    load: () => import('./sink.ts'),
  },
  purge: {
    summary: 'Remove posts for good: by id from every sink of a bus, or from one sink.',
    load: () => import('./purge.ts'),
  },
  'topics create': { summary: 'Make a topic.', load: () => import('./topics/create.ts') },
  'topics list': {
    summary: 'All topics with their records (on Kafka the marks of commits count, too) and bytes.',
    load: () => import('./topics/list.ts'),
  },
  'topics describe': {
    summary: "A topic's settings, partitions, and the groups that read it with their lag.",
    load: () => import('./topics/describe.ts'),
  },
  'topics tail': { summary: 'Show the records of a topic.', load: () => import('./topics/tail.ts') },
  'topics reset': {
    summary: "Move a group's place in a topic, before its first run as well.",
    load: () => import('./topics/reset.ts'),
  },
  'topics delete': {
    summary: 'Delete a topic with all its records.',
    load: () => import('./topics/delete.ts'),
  },
  'doctor kafka': {
    summary: 'Look over a Kafka cluster and a pipeline on it; what is wrong, and what to do.',
    load: () => import('./doctor-kafka.ts'),
  },
  'doctor sources': {
    summary: 'Look whether the live services can be read: keys, clock, reach, rules, credits.',
    load: () => import('./doctor-sources.ts'),
  },
};

/** Commands that are only the first word of others. */
export const GROUPS: Readonly<Record<string, string>> = {
  topics: 'Look after topics: create, list, describe, tail, reset, delete.',
  doctor: 'Find out what is wrong: kafka, sources.',
};

/** The declaration behind a name. Its own settings type is known to itself alone. */
export async function loadCommand(name: string): Promise<CommandSpec> {
  return (await COMMANDS[name]!.load()).command as CommandSpec;
}
