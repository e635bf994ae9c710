import type { CommandSpec } from '../args/command.ts';

/** A command before it is loaded: what the overview of commands needs. */
export interface CommandEntry {
  readonly summary: string;
  /** Loads the command lazily, so that `--version` and help stay fast. */
  readonly load: () => Promise<{ readonly command: unknown }>;
}

export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  run: { summary: 'Run all stages in one process; --sample needs no input.', load: () => import('./run.ts') },
  import: {
    summary: 'Import files of prices or posts into a lake, with candles: produce, process and sink in one.',
    load: () => import('./import/import.ts'),
  },
  produce: {
    summary: 'Read posts and prices from a source into topics.',
    load: () => import('./produce.ts'),
  },
  process: {
    summary: 'Select, join and window records, from topics to topics.',
    load: () => import('./process.ts'),
  },
  'process replay': {
    summary: 'Compute windows of a span of time again, and write what differs as revisions.',
    load: () => import('./replay.ts'),
  },
  sink: {
    summary: 'Write topics to a lake, a bucket, MongoDB or the console.',
    load: () => import('./sink.ts'),
  },
  page: {
    summary: 'Serve a page with candles, posts, sentiment and the state of the stages.',
    load: () => import('./page.ts'),
  },
  purge: {
    summary: 'Delete posts permanently: by id from every sink of a bus, or from one sink.',
    load: () => import('./purge.ts'),
  },
  learn: {
    summary: 'Learn what you like, or how you label the sentiment, for select.',
    load: () => import('./learn/learn.ts'),
  },
  rescore: {
    summary: 'Score the posts of a lake again, by another model of the sentiment.',
    load: () => import('./rescore.ts'),
  },
  export: {
    summary: 'Write a table of a lake as CSV, JSON lines or one Parquet file.',
    load: () => import('./export.ts'),
  },
  query: {
    summary: 'Ask a lake in SQL, with DuckDB where it is installed.',
    load: () => import('./query.ts'),
  },
  show: {
    summary:
      'Show the price of a coin, the posts about it and their sentiment, as a picture in the terminal.',
    load: () => import('./show.ts'),
  },
  top: {
    summary: 'Show what each stage of a bus reads and writes, as it happens.',
    load: () => import('./top.ts'),
  },
  'topics create': { summary: 'Create a topic.', load: () => import('./topics/create.ts') },
  'topics list': {
    summary: 'List all topics with their records and bytes (on Kafka, commit markers count as records).',
    load: () => import('./topics/list.ts'),
  },
  'topics describe': {
    summary: "Show a topic's settings and partitions, and the lag of the groups that read it.",
    load: () => import('./topics/describe.ts'),
  },
  'topics tail': { summary: 'Show the records of a topic.', load: () => import('./topics/tail.ts') },
  'topics reset': {
    summary: "Move a group's offsets in a topic, even before its first run.",
    load: () => import('./topics/reset.ts'),
  },
  'topics delete': {
    summary: 'Delete a topic and all its records.',
    load: () => import('./topics/delete.ts'),
  },
  'signals test': {
    summary: 'Test whether attention or sentiment leads the price, or follows it.',
    load: () => import('./signals/test.ts'),
  },
  'doctor kafka': {
    summary: 'Check a Kafka cluster and the pipeline on it: what is wrong, and how to fix it.',
    load: () => import('./doctor-kafka.ts'),
  },
  'doctor sources': {
    summary: 'Check live sources: keys, connectivity, clock skew, rules, credits.',
    load: () => import('./doctor-sources.ts'),
  },
};

/** First words of two-word commands. */
export const GROUPS: Readonly<Record<string, string>> = {
  topics: 'Manage topics: create, list, describe, tail, reset, delete.',
  signals: 'Ask what the signals say: test.',
  doctor: 'Diagnose problems: kafka, sources.',
};

/** Loads a command's declaration. The cast drops its settings type, which only the command itself needs. */
export async function loadCommand(name: string): Promise<CommandSpec> {
  return (await COMMANDS[name]!.load()).command as CommandSpec;
}
