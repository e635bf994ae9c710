import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/sources/nostr/event.ts';
import { SeenEvents, type SeenSnapshot } from '../../../src/sources/nostr/seen-events.ts';

const restarted = (seen: SeenEvents, from: number) =>
  new SeenEvents(JSON.parse(JSON.stringify(seen.snapshot(from))) as SeenSnapshot);

describe('seen events', () => {
  test('an event is new only once, and fresh until a restart', () => {
    const seen = new SeenEvents();
    const id = sha256('a');
    expect([seen.add(id, 600), seen.add(id, 600), seen.isFresh(id)]).toEqual([true, false, true]);
    const again = restarted(seen, 0);
    expect([again.add(id, 600), again.isFresh(id)]).toEqual([false, false]);
    again.refresh(id);
    expect(again.isFresh(id)).toBe(true);
  });

  test('a snapshot takes nine bytes an event, from its minute on', () => {
    const seen = new SeenEvents();
    for (let index = 0; index < 1000; index++) seen.add(sha256(String(index)), index);
    expect(JSON.stringify(seen.snapshot(0)).length).toBeLessThan(9000);
    const late = restarted(seen, 600);
    expect([late.add(sha256('601'), 601), late.add(sha256('599'), 599)]).toEqual([false, true]);
  });

  test('more than 100,000 events push out the oldest', () => {
    const seen = new SeenEvents();
    for (let index = 0; index <= 100_000; index++) seen.add(sha256(String(index)), 0);
    expect([seen.add(sha256('1'), 0), seen.add(sha256('0'), 0)]).toEqual([false, true]);
  });

  test('a restart at any step forgets nothing from the time on that a snapshot keeps', () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 30 }).map((name) => sha256(String(name))),
      restart: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        let seen = new SeenEvents();
        const known = new Set<string>();
        for (const { id, restart } of steps) {
          if (restart) seen = restarted(seen, 1000);
          expect(seen.add(id, 1000)).toBe(!known.has(id));
          known.add(id);
        }
      }),
    );
  });
});
