import type { Clock } from '../../../src/core/util/clock.ts';
import { deferredRejection } from '../../../src/core/util/deferred-rejection.ts';
import type { Millis } from '../../../src/core/util/time.ts';
import type { Fleet } from './fleet.ts';
import type { Deed, Event } from './schedule.ts';

/** A process younger than that is not hit. */
const START_MS: Millis = 3000;

export interface Brokers {
  kill(broker: number): void;
  /** Resolves when it serves again. */
  start(broker: number): Promise<void>;
}

/**
 * Carries a schedule out; `note` is told of each blow. Resolves when all is mended; rejects when a broker does not come
 * back. The signal ends it early.
 */
export async function strike(
  events: readonly Event[],
  fleet: Fleet,
  brokers: Brokers,
  clock: Clock,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const begun = clock.now();
  const down = new Set<number>();
  /** What is under way by slot and broker: who takes its time to leave, or to come back, is not hit meanwhile. */
  const lanes = new Map<string, Promise<void>>();
  const { failed, fail } = deferredRejection();

  async function deal({ what, slot }: Extract<Deed, { slot: number }>): Promise<void> {
    const there = fleet.afloat.includes(slot);
    if (there === (what === 'start'))
      return note(`(${what} ${slot}: ${there ? 'is there' : 'is not there'})`);
    note(`${what} ${slot}`);
    await fleet[what](slot);
    if (what === 'start') await clock.sleep(START_MS, signal);
  }

  async function dealBroker({ what, broker }: Extract<Deed, { broker: number }>): Promise<void> {
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
    const lane = 'broker' in event ? `broker ${event.broker}` : `slot ${event.slot}`;
    const before = lanes.get(lane) ?? Promise.resolve();
    lanes.set(lane, before.then(() => ('broker' in event ? dealBroker(event) : deal(event))).catch(fail));
  }
  await Promise.race([Promise.all(lanes.values()), failed]);
}
