import type { Clock } from '../../core/util/clock.ts';
import type { Millis } from '../../core/util/time.ts';
import { CLAIM_EVERY_MS, claimNamespace } from './group/namespace.ts';
import { mayLive, type Owner, thisOwner } from './group/owner.ts';
import { compact, expire } from './retention.ts';
import { type Store, transact } from './storage/store.ts';
import { sweep } from './topics.ts';

/** Rounds of house-keeping, in claims. */
const ROUND = 2;
const EVERY_MS: Millis = ROUND * CLAIM_EVERY_MS;

interface Duty {
  readonly owner: Owner;
  /** Monotonic time. */
  readonly seen: Millis;
}

/** One process at a time keeps house; a duty unheard of for two rounds, or of a dead process, is free. */
function takeDuty(store: Store, at: Millis): Promise<boolean> {
  return transact(store, () => {
    const duty = store.meta.get('janitor') as Duty | undefined;
    const self = thisOwner();
    const taken = duty !== undefined && Math.abs(at - duty.seen) < 2 * EVERY_MS && mayLive(duty.owner);
    if (taken && !(duty.owner.pid === self.pid && duty.owner.host === self.host)) return false;
    store.meta.put('janitor', { owner: self, seen: at } satisfies Duty);
    return true;
  });
}

/** Retention and compaction beside the work, every ten seconds. */
export function keepHouse(store: Store, clock: Clock): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const working = (async () => {
    for (let claims = 1; ; claims++) {
      await clock.sleep(CLAIM_EVERY_MS, stopped.signal);
      if (stopped.signal.aborted) return;
      claimNamespace(store.dir, Date.now());
      if (claims % ROUND !== 0) continue;
      if (!(await takeDuty(store, clock.monotonic()))) continue;
      await expire(store, clock.now());
      await compact(store, clock.now());
      await sweep(store);
    }
  })();
  // A full disk stops the stages themselves, with its message; the janitor only ends with them.
  working.catch(() => {});
  return {
    async stop() {
      stopped.abort();
      await working.catch(() => {});
    },
  };
}
