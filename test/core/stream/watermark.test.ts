import { expect, test } from 'vitest';
import {
  CaughtUp,
  newKeyClock,
  observe,
  restoreKeyClock,
  type TimeRules,
} from '../../../src/core/stream/watermark.ts';

test('elapsed time counts between two calls that were both caught up', () => {
  const tracker = new CaughtUp();
  const calls = [
    [100, true, 0],
    [130, true, 30],
    [150, false, undefined],
    [190, true, 0],
    // A clock that was set back.
    [180, true, 0],
    [185, true, 5],
  ] as const;
  for (const [now, caughtUp, elapsed] of calls) expect(tracker.elapsed(now, caughtUp)).toBe(elapsed);
});

const rules: TimeRules = { latenessMs: 0, idleMs: 60_000, lagOf: () => undefined };

test.each(['__proto__', 'constructor', 'toString'])(
  'a source called %s has its own time, also after a restart',
  (source) => {
    const clock = newKeyClock();
    observe(clock, 'file', 100, rules);
    expect(observe(clock, source, 50, rules)).toBe(false);
    const restored = JSON.parse(JSON.stringify(clock)) as typeof clock;
    for (const one of [clock, restored]) {
      expect(Object.keys(one.sources).sort()).toEqual([source, 'file'].sort());
      observe(one, 'file', 300, rules);
      observe(one, source, 200, rules);
      expect(one.watermark).toBe(200);
    }
    expect(Object.hasOwn(Object.prototype, 'time')).toBe(false);
  },
);

test('a clock stored in the spelling of earlier versions is restored', () => {
  const stored = { mark: 40, feeds: { a: { time: 50 }, b: { time: 90, heard: 95, idle: true } } };
  const text = JSON.stringify(stored).replace('"b"', '"__proto__":{"time":70,"heard":80},"b"');
  const clock = restoreKeyClock(JSON.parse(text));
  expect(JSON.parse(JSON.stringify(clock))).toEqual({
    watermark: 40,
    sources: JSON.parse(
      '{"a":{"time":50},"__proto__":{"time":70,"lastSeen":80},"b":{"time":90,"lastSeen":95,"idle":true}}',
    ),
  });
  expect(restoreKeyClock(clock)).toBe(clock);
});
