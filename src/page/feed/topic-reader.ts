import type { Batch } from '../../core/stream/record.ts';
import type { Clock } from '../../core/util/clock.ts';
import { SECOND } from '../../core/util/time.ts';
import type { Log } from '../../log/log.ts';

/** How often a reader looks whether its topic was created, recreated or got partitions. */
const CHECK_MS = 2 * SECOND;

/** A topic as its reader found it: where reading begins, and where its partitions ended then. */
export interface OpenedTopic {
  readonly identity: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export interface TopicReader {
  readonly log: Log;
  readonly clock: Clock;
  readonly topic: string;
  /** At most so many offsets of each partition are read of what is there already, the newest. */
  readonly most: number;
  /** Called before the first batch, and again whenever the topic was recreated: forget what was read of it. */
  readonly opened: (topic: OpenedTopic) => void;
  /** Called whenever the topic was looked at, after `opened`, with the ends of its partitions; undefined if there is no topic. */
  readonly looked: (ends: readonly number[] | undefined) => void;
  /** Called with each batch. The next one is read when it resolves. */
  readonly read: (batch: Batch) => Promise<void>;
  /** Called with an error of the bus; reading starts again after a while. */
  readonly failed: (error: unknown) => void;
}

async function open({ log, topic, most }: TopicReader): Promise<OpenedTopic | undefined> {
  const details = await log.describe(topic);
  if (details === undefined) return undefined;
  const identity = (await log.identity(topic)) ?? '';
  return {
    identity,
    starts: details.partitionInfos.map(({ start, end }) => Math.max(start, end - most)),
    ends: details.partitionInfos.map(({ end }) => end),
  };
}

/** Resolves when the topic is no longer the one that was opened, or when the signal aborts. */
async function changed(reader: TopicReader, opened: OpenedTopic, signal: AbortSignal): Promise<void> {
  for (;;) {
    await reader.clock.sleep(CHECK_MS, signal);
    if (signal.aborted) return;
    const now = await open(reader);
    if (now?.identity !== opened.identity || now.starts.length !== opened.starts.length) return;
    reader.looked(now.ends);
  }
}

/** Reads the partitions of an opened topic until it is another one, or until the signal aborts. */
async function follow(reader: TopicReader, opened: OpenedTopic, signal: AbortSignal): Promise<void> {
  const left = new AbortController();
  const until = AbortSignal.any([signal, left.signal]);
  const followPartition = async (partition: number, from: number): Promise<void> => {
    for await (const batch of reader.log.read(reader.topic, partition, from, until)) {
      if (until.aborted) return;
      await reader.read(batch);
    }
  };
  const partitions = opened.starts.map((start, partition) => followPartition(partition, start));
  try {
    await Promise.race([changed(reader, opened, until), Promise.all(partitions)]);
  } finally {
    left.abort();
    await Promise.allSettled(partitions);
  }
}

/** Reads one topic without a group, from its newest records on, until the signal aborts. Never rejects. */
export async function readTopic(reader: TopicReader, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const opened = await open(reader);
      if (opened !== undefined) reader.opened(opened);
      reader.looked(opened?.ends);
      if (opened !== undefined) await follow(reader, opened, signal);
    } catch (error) {
      if (!signal.aborted) reader.failed(error);
    }
    await reader.clock.sleep(CHECK_MS / 4, signal);
  }
}
