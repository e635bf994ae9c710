import type { Clock } from '../../core/util/clock.ts';
import type { Millis } from '../../core/util/time.ts';
import { lockNamespace, NAMESPACE_RENEWAL_MS } from './group/namespace.ts';
import { mayLive, type Owner, thisOwner } from './group/owner.ts';
import { compact, expire } from './retention.ts';
import { type LogStore, transact } from './storage/store.ts';
import { sweep } from './topics.ts';

/** Retention runs on every second renewal of the namespace lock. */
const RENEWALS_PER_RUN = 2;
const EVERY_MS: Millis = RENEWALS_PER_RUN * NAMESPACE_RENEWAL_MS;

interface RetentionLease {
  readonly owner: Owner;
  /** Monotonic time. */
  readonly seen: Millis;
}

/** Elects the one process that runs retention. A lease not renewed for two runs, or of a dead process, is free. */
function acquireLease(store: LogStore, at: Millis): Promise<boolean> {
  return transact(store, () => {
    const lease = store.meta.get('janitor') as RetentionLease | undefined;
    const self = thisOwner();
    const taken = lease !== undefined && Math.abs(at - lease.seen) < 2 * EVERY_MS && mayLive(lease.owner);
    if (taken && !(lease.owner.pid === self.pid && lease.owner.host === self.host)) return false;
    store.meta.put('janitor', { owner: self, seen: at } satisfies RetentionLease);
    return true;
  });
}

/** Runs retention and compaction in the background, every ten seconds. */
export function runRetention(store: LogStore, clock: Clock): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const working = (async () => {
    for (let renewals = 1; ; renewals++) {
      await clock.sleep(NAMESPACE_RENEWAL_MS, stopped.signal);
      if (stopped.signal.aborted) return;
      lockNamespace(store.dir, Date.now());
      if (renewals % RENEWALS_PER_RUN !== 0) continue;
      if (!(await acquireLease(store, clock.monotonic()))) continue;
      await expire(store, clock.now());
      await compact(store, clock.now());
      await sweep(store);
    }
  })();
  // Ignored: a full disk stops the stages themselves, with a message.
  working.catch(() => {});
  return {
    async stop() {
      stopped.abort();
      await working.catch(() => {});
    },
  };
}
