import { UserError } from '../../../core/errors.ts';
import type { Restored } from '../../../core/stream/keyed-state.ts';
import type { Commit, GroupSpec, Task } from '../../log.ts';
import { endOf } from '../client/offsets.ts';
import { PartitionReader } from '../client/partition-reader.ts';
import type { Kafka } from '../kafka.ts';
import { committedOffsets, type OffsetStore } from './offset-store.ts';
import { NO_IDS } from './positions.ts';

/** A task and how its group ends it. */
export interface KafkaTask extends Task {
  /** Asks for it back, after a last commit. */
  revoke(): void;
}

/** How a task ended: its work was done, its group took it back, or it fell out and may be taken up again. */
export type Ending = 'done' | 'revoked' | 'lost';

/**
 * The ledger is open, so the former owner is fenced; now the offsets are read, and the inputs from there. `ids` are those
 * of the topics; they were asked for before.
 */
export async function openTask(
  kafka: Kafka,
  { group, inputs }: GroupSpec,
  partition: number,
  ledger: OffsetStore,
  released: (ending: Ending) => Promise<void>,
  ids = NO_IDS,
): Promise<KafkaTask> {
  const revoked = new AbortController();
  const offsets = await committedOffsets(kafka, group, inputs, partition, ids);
  const feeds = new Map(
    inputs.map((topic) => [
      topic,
      new PartitionReader(kafka, topic, partition, offsets.get(topic)!, ids.get(topic)),
    ]),
  );
  let state: Restored | undefined = ledger.state;
  const lost = (): boolean => revoked.signal.reason instanceof UserError;

  async function ends(): Promise<Map<string, number>> {
    const found = await Promise.all(
      inputs.map(async (topic) => [topic, await endOf(kafka, topic, partition)] as const),
    );
    for (const [topic, end] of found) {
      const feed = feeds.get(topic)!;
      // A topic that has shrunk may be another one.
      if (end < feed.position) await feed.verify();
      feed.expect(end);
    }
    return new Map(found);
  }

  async function commit(what: Commit): Promise<void> {
    try {
      await ledger.commit(what);
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
    lose(problem) {
      revoked.abort(problem);
      for (const feed of feeds.values()) feed.close();
    },
    async state() {
      const restored = state ?? (await ledger.reload());
      state = undefined;
      return restored;
    },
    position: (topic) => feeds.get(topic)!.position,
    seek: (topic, offset) => feeds.get(topic)!.seek(offset),
    async read(topic) {
      const batch = await feeds.get(topic)!.read();
      return batch === undefined ? [] : [batch];
    },
    ends,
    async grown(span, signal) {
      const woken = new AbortController();
      const wake = () => woken.abort();
      signal.addEventListener('abort', wake);
      const forget = [...feeds.values()].map((feed) => feed.onArrival(wake));
      if (!signal.aborted && ![...feeds.values()].some((feed) => feed.arrived))
        await kafka.clock.sleep(span, woken.signal);
      for (const one of forget) one();
      signal.removeEventListener('abort', wake);
    },
    commit,
    async release() {
      for (const feed of feeds.values()) feed.close();
      const ending: Ending = lost() ? 'lost' : revoked.signal.aborted ? 'revoked' : 'done';
      try {
        if (ending !== 'lost') await ledger.settle();
      } finally {
        ledger.close();
        await released(ending);
      }
    },
  };
}
