import { random } from '../../../src/core/util/random.ts';
import type { Millis } from '../../../src/core/util/time.ts';

const SECOND: Millis = 1000;
/** Longer than the session timeout of 10 s, so that other members take over the partitions. */
export const FREEZE: Millis = 40 * SECOND;
/** Recovery time of the group after each fault; a silent process counts as dead after 10 s. */
const REST = { kill: 14 * SECOND, freeze: 6 * SECOND, leave: 6 * SECOND };
/** Recovery time of a broker: start and replication. */
const BROKER_REST: Millis = 14 * SECOND;
/** Slots with a process at the start; one more slot is for a guest. */
export const SLOTS = 3;
const GUEST = SLOTS;
/** Faults to draw from; one that is impossible at the time becomes a clean stop. */
const KINDS = ['broker', 'broker', 'guest', 'freeze', 'freeze', 'kill', 'kill'] as const;

export type Fault =
  | { readonly what: 'start' | 'kill' | 'leave' | 'freeze' | 'thaw'; readonly slot: number }
  | { readonly what: 'kill broker' | 'start broker'; readonly broker: number };
/** `at`: milliseconds from the start. */
export type Event = Fault & { readonly at: Millis };

/**
 * A deterministic schedule with a fault every few seconds. Never two brokers down or two processes frozen at once, and one
 * of the three processes is always spared. Everything recovers before `length` is over.
 */
export function schedule(seed: number, length: Millis, brokers: number): readonly Event[] {
  const draw = random(seed, 'chaos');
  const events: Event[] = [];
  /** When each slot has recovered. */
  const busy = new Map<number, Millis>();
  let freezeRecovered = 0;
  let brokerBack = 0;
  let guestRecovered = 0;
  const within = (low: number, high: number): Millis => Math.round(draw.between(low, high) * SECOND);

  for (let at = within(4, 9); at < length; at += within(4, 9)) {
    const free = Array.from({ length: SLOTS }, (_, slot) => slot).filter(
      (slot) => (busy.get(slot) ?? 0) < at,
    );
    const hit = (slot: number, what: 'kill' | 'leave' | 'freeze', span: Millis): void => {
      if (at + span >= length) return;
      busy.set(slot, at + span + REST[what]);
      events.push({ at, what, slot }, { at: at + span, what: what === 'freeze' ? 'thaw' : 'start', slot });
    };
    const kind = draw.pick(KINDS);
    const slot = draw.pick(free.length > 1 ? free : [0]);
    const broker = 1 + draw.below(Math.max(1, brokers));
    const spans = { kill: within(1, 5), leave: within(1, 6), away: within(4, 14), guest: within(15, 40) };
    if (kind === 'broker' && brokers > 1 && at > brokerBack) {
      if (at + spans.away >= length) continue;
      brokerBack = at + spans.away + BROKER_REST;
      events.push({ at, what: 'kill broker', broker }, { at: at + spans.away, what: 'start broker', broker });
    } else if (kind === 'guest' && at > guestRecovered) {
      if (at + spans.guest >= length) continue;
      guestRecovered = at + spans.guest + 5 * SECOND;
      events.push({ at, what: 'start', slot: GUEST }, { at: at + spans.guest, what: 'leave', slot: GUEST });
    } else if (free.length > 1) {
      if (kind === 'freeze' && at > freezeRecovered && at + FREEZE < length) {
        freezeRecovered = at + FREEZE + 5 * SECOND;
        hit(slot, 'freeze', FREEZE);
      } else if (kind === 'kill') hit(slot, 'kill', spans.kill);
      else hit(slot, 'leave', spans.leave);
    }
  }
  return events.sort((a, b) => a.at - b.at);
}
