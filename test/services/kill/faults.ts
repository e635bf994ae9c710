import type { Clock } from '../../../src/core/util/clock.ts';
import { deferredRejection } from '../../../src/core/util/deferred-rejection.ts';
import type { Millis } from '../../../src/core/util/time.ts';
import type { Fleet } from './fleet.ts';
import type { Event, Fault } from './schedule.ts';

/** Processes younger than this are spared. */
const START_MS: Millis = 3000;

export interface Brokers {
  kill(broker: number): void;
  /** Resolves once the broker serves requests again. */
  start(broker: number): Promise<void>;
}

/**
 * Runs a schedule of faults and logs each to `note`. Resolves once everything has recovered; rejects if a broker does not
 * restart. The signal ends it early.
 */
export async function injectFaults(
  events: readonly Event[],
  fleet: Fleet,
  brokers: Brokers,
  clock: Clock,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const begun = clock.now();
  const down = new Set<number>();
  /** Pending actions by slot and broker, so that a process or broker is not hit while it stops or starts. */
  const pending = new Map<string, Promise<void>>();
  const { failed, fail } = deferredRejection();

  async function apply({ what, slot }: Extract<Fault, { slot: number }>): Promise<void> {
    const there = fleet.runningSlots.includes(slot);
    if (there === (what === 'start'))
      return note(`(${what} ${slot}: ${there ? 'is there' : 'is not there'})`);
    note(`${what} ${slot}`);
    await fleet[what](slot);
    if (what === 'start') await clock.sleep(START_MS, signal);
  }

  async function applyToBroker({ what, broker }: Extract<Fault, { broker: number }>): Promise<void> {
    if (what === 'kill broker' ? down.size > 0 : !down.has(broker))
      return note(`(${what} ${broker}: spared, down is ${[...down]})`);
    note(`${what} ${broker}`);
    if (what === 'start broker') await brokers.start(broker);
    else brokers.kill(broker);
    down[what === 'kill broker' ? 'add' : 'delete'](broker);
  }

  for (const event of events) {
    await Promise.race([clock.sleep(Math.max(0, begun + event.at - clock.now()), signal), failed]);
    if (signal.aborted) return;
    const target = 'broker' in event ? `broker ${event.broker}` : `slot ${event.slot}`;
    const before = pending.get(target) ?? Promise.resolve();
    pending.set(
      target,
      before.then(() => ('broker' in event ? applyToBroker(event) : apply(event))).catch(fail),
    );
  }
  await Promise.race([Promise.all(pending.values()), failed]);
}
