import { expect, test } from 'vitest';
import { type Event, FREEZE, SLOTS, schedule } from './schedule.ts';

const LENGTH = 300_000;
const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);

/** The processes and brokers that are down after each event. */
function* downs(events: readonly Event[]) {
  const slots = new Map<number, string>([[SLOTS, 'leave']]);
  const brokers = new Set<number>();
  for (const event of events) {
    if ('broker' in event) brokers[event.what === 'kill broker' ? 'add' : 'delete'](event.broker);
    else if (event.what === 'start' || event.what === 'thaw') slots.delete(event.slot);
    else slots.set(event.slot, event.what);
    yield { event, slots, brokers };
  }
}

test('at no time are two brokers down, two processes frozen or all three processes stopped', () => {
  for (const seed of SEEDS)
    for (const { slots, brokers } of downs(schedule(seed, LENGTH, 3))) {
      expect(brokers.size).toBeLessThan(2);
      expect([...slots.values()].filter((what) => what === 'freeze').length).toBeLessThan(2);
      expect([...slots.keys()].filter((slot) => slot < SLOTS).length).toBeLessThan(SLOTS);
    }
});

test('everything recovers before the end, and a frozen process stays frozen for forty seconds', () => {
  for (const seed of SEEDS) {
    const events = schedule(seed, LENGTH, 3);
    const last = [...downs(events)].at(-1)!;
    expect([...last.slots.keys()]).toEqual([SLOTS]);
    expect(last.brokers.size).toBe(0);
    expect(last.event.at).toBeLessThan(LENGTH);
    const times = (what: Event['what']) => events.flatMap((event) => (event.what === what ? [event.at] : []));
    expect(times('thaw')).toEqual(times('freeze').map((at) => at + FREEZE));
  }
});

test('five minutes contain every kind of fault, one every few seconds', () => {
  const events = schedule(4, LENGTH, 3);
  const counts = (what: Event['what']) => events.filter((event) => event.what === what).length;
  expect(counts('kill')).toBeGreaterThan(8);
  expect(counts('freeze')).toBeGreaterThan(2);
  expect(counts('kill broker')).toBeGreaterThan(4);
  expect(counts('leave')).toBeGreaterThan(8);
  expect(schedule(4, LENGTH, 3)).toEqual(events);
});
