import { UserError } from '../../../core/errors.ts';
import type { Restored } from '../../../core/stream/keyed-state.ts';
import type { Commit, GroupSpec, Task } from '../../log.ts';
import { endOffset } from '../client/offsets.ts';
import { PartitionReader } from '../client/partition-reader.ts';
import type { Kafka } from '../kafka.ts';
import { NO_IDS } from './commit-entries.ts';
import { committedOffsets, type OffsetStore } from './offset-store.ts';

/** A task that its group can revoke. */
export interface KafkaTask extends Task {
  /** Requests its release after a final commit. */
  revoke(): void;
}

/** How a task ended: finished, revoked by its group, or lost, after which it may be reopened. */
export type TaskEnding = 'done' | 'revoked' | 'lost';

/**
 * Opens the inputs at the committed offsets. The store must be open, which fences the previous owner, before the offsets
 * are read. `ids`: the topics' ids, fetched earlier.
 */
export async function openTask(
  kafka: Kafka,
  { group, inputs }: GroupSpec,
  partition: number,
  store: OffsetStore,
  released: (ending: TaskEnding) => Promise<void>,
  ids = NO_IDS,
): Promise<KafkaTask> {
  const revoked = new AbortController();
  const offsets = await committedOffsets(kafka, group, inputs, partition, ids);
  const readers = new Map(
    inputs.map((topic) => [
      topic,
      new PartitionReader(kafka, topic, partition, offsets.get(topic)!, ids.get(topic)),
    ]),
  );
  let state: Restored | undefined = store.state;
  const lost = (): boolean => revoked.signal.reason instanceof UserError;

  async function ends(): Promise<Map<string, number>> {
    const found = await Promise.all(
      inputs.map(async (topic) => [topic, await endOffset(kafka, topic, partition)] as const),
    );
    for (const [topic, end] of found) {
      const reader = readers.get(topic)!;
      // A topic that has shrunk may have been recreated.
      if (end < reader.position) await reader.verifyTopicId();
      reader.expectEnd(end);
    }
    return new Map(found);
  }

  async function commit(what: Commit): Promise<void> {
    try {
      await store.commit(what);
    } catch (error) {
      if (error instanceof UserError && error.code === 'fenced') revoked.abort(error);
      throw error;
    }
  }

  return {
    group,
    partition,
    revoked: revoked.signal,
    revoke: () => revoked.abort(),
    lose(error) {
      revoked.abort(error);
      for (const reader of readers.values()) reader.close();
    },
    async state() {
      const restored = state ?? (await store.reload());
      state = undefined;
      return restored;
    },
    position: (topic) => readers.get(topic)!.position,
    seek: (topic, offset) => readers.get(topic)!.seek(offset),
    async read(topic) {
      const batch = await readers.get(topic)!.read();
      return batch === undefined ? [] : [batch];
    },
    ends,
    async grown(span, signal) {
      const woken = new AbortController();
      const wake = () => woken.abort();
      signal.addEventListener('abort', wake);
      const unsubscribe = [...readers.values()].map((reader) => reader.onBatch(wake));
      if (!signal.aborted && ![...readers.values()].some((reader) => reader.hasBatch))
        await kafka.clock.sleep(span, woken.signal);
      for (const one of unsubscribe) one();
      signal.removeEventListener('abort', wake);
    },
    commit,
    async release() {
      for (const reader of readers.values()) reader.close();
      const ending: TaskEnding = lost() ? 'lost' : revoked.signal.aborted ? 'revoked' : 'done';
      try {
        if (ending !== 'lost') await store.waitUntilVisible();
      } finally {
        store.close();
        await released(ending);
      }
    },
  };
}
