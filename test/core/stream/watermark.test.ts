import { expect, test } from 'vitest';
import { CaughtUp, newKeyClock, observe, type TimeRules } from '../../../src/core/stream/watermark.ts';

test('the clock counts between two looks that both found everything read', () => {
  const readToEnd = new CaughtUp();
  const looks = [
    [100, true, 0],
    [130, true, 30],
    [150, false, undefined],
    [190, true, 0],
    // A clock that was set back.
    [180, true, 0],
    [185, true, 5],
  ] as const;
  for (const [now, caughtUp, elapsed] of looks) expect(readToEnd.elapsed(now, caughtUp)).toBe(elapsed);
});

const rules: TimeRules = { latenessMs: 0, idleMs: 60_000, lagOf: () => undefined };

test.each(['__proto__', 'constructor', 'toString'])(
  'a source called %s has a time of its own, also after a restart',
  (source) => {
    const clock = newKeyClock();
    observe(clock, 'file', 100, rules);
    expect(observe(clock, source, 50, rules)).toBe(false);
    const restored = JSON.parse(JSON.stringify(clock)) as typeof clock;
    for (const one of [clock, restored]) {
      expect(Object.keys(one.feeds).sort()).toEqual([source, 'file'].sort());
      observe(one, 'file', 300, rules);
      observe(one, source, 200, rules);
      expect(one.mark).toBe(200);
    }
    expect(Object.hasOwn(Object.prototype, 'time')).toBe(false);
  },
);
