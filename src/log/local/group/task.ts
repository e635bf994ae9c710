import type { Clock } from '../../../core/util/clock.ts';
import { type Commit, type Task, topicDeletedError, unreadDeletedWarning } from '../../log.ts';
import { prepare, putBatches, stillFits } from '../partitions.ts';
import { endOf, type Read, readBatches, readEncoded, startOf } from '../reader.ts';
import { type LeaseRow, type LogStore, transact } from '../storage/store.ts';
import type { Wake } from '../wake.ts';
import { fencedError, newOwner, yieldLease } from './lease.ts';
import { putState, stateOf } from './task-state.ts';

export interface Lease {
  readonly family: string;
  readonly member: string;
  readonly partition: number;
  readonly epoch: number;
}

/** A task, and how its group ends it. */
export interface LocalTask extends Task {
  readonly epoch: number;
  /** Asks the task to commit and release. */
  revoke(): void;
}

export function openTask(
  store: LogStore,
  wake: Wake,
  clock: Clock,
  warn: (message: string) => void,
  group: string,
  inputs: readonly string[],
  lease: Lease,
  released: (finished: boolean) => void,
): LocalTask {
  const { family, member, partition, epoch } = lease;
  const revoked = new AbortController();
  const idOf = (topic: string): number => store.topics.get(topic)?.id ?? 0;
  const ids = new Map(inputs.map((topic) => [topic, idOf(topic)]));
  const positions = new Map<string, number>();
  for (const [topic, id] of ids)
    positions.set(topic, store.offsets.get([id, group, partition]) ?? startOf(store, topic, partition));
  const position = (topic: string): number => positions.get(topic)!;
  /** An input that was deleted or recreated, so that positions no longer apply. */
  const deletedInput = (): string | undefined => inputs.find((topic) => idOf(topic) !== ids.get(topic));

  function advance<B>(
    readFrom: (store: LogStore, topic: string, partition: number, from: number, maxBytes: number) => Read<B>,
    topic: string,
    maxBytes: number,
  ): readonly B[] {
    if (deletedInput() !== undefined) throw topicDeletedError(deletedInput());
    const from = position(topic);
    const { batches, next, overtaken } = readFrom(store, topic, partition, from, maxBytes);
    if (overtaken !== undefined) warn(unreadDeletedWarning(topic, partition, from, overtaken));
    positions.set(topic, next);
    return batches;
  }

  async function commit({ outputs, offsets, state }: Commit): Promise<void> {
    for (;;) {
      const now = clock.now();
      const prepared = prepare(store, outputs, now);
      const answer = await transact(store, (): 'done' | 'again' | 'deleted' | LeaseRow | null => {
        const taker = newOwner(store, family, partition, member, epoch);
        if (taker !== undefined) return taker;
        if (deletedInput() !== undefined) return 'deleted';
        if (!stillFits(store, prepared)) return 'again';
        putBatches(store, prepared, now);
        for (const [topic, offset] of offsets) store.offsets.put([ids.get(topic)!, group, partition], offset);
        for (const [key, value] of state) putState(store, group, partition, key, value);
        return 'done';
      });
      if (answer === 'done') return wake.poke();
      if (answer === 'deleted') throw topicDeletedError(deletedInput());
      if (answer !== 'again') throw fencedError(family, partition, answer);
    }
  }

  return {
    group,
    partition,
    epoch,
    takesBytes: true,
    revoked: revoked.signal,
    revoke: () => revoked.abort(),
    lose: (error) => revoked.abort(error),
    async state() {
      return stateOf(store, group, partition);
    },
    position,
    seek: (topic, offset) => void positions.set(topic, offset),
    read: async (topic, maxBytes, asBytes) =>
      advance((...place) => readBatches(...place, asBytes), topic, maxBytes),
    readEncoded: async (topic, maxBytes) => advance(readEncoded, topic, maxBytes),
    ends: async () => new Map(inputs.map((topic) => [topic, endOf(store, topic, partition)])),
    grown: (span, signal) =>
      wake.until(
        () => inputs.some((topic) => endOf(store, topic, partition) > position(topic)),
        span,
        signal,
      ),
    commit,
    async release() {
      let ours = false;
      try {
        ours = await yieldLease(store, family, partition, member, epoch);
      } finally {
        released(ours && !revoked.signal.aborted);
      }
    },
  };
}
