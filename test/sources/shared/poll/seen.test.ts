import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeenQuotes } from '../../../../src/sources/shared/poll/seen.ts';

const restarted = (seen: SeenQuotes) =>
  new SeenQuotes(JSON.parse(JSON.stringify(seen.snapshot())) as Record<string, string>);

describe('seen quotes', () => {
  test('a pair at a time is new only once, also after a restart', () => {
    const seen = new SeenQuotes();
    expect([seen.add('btc', 'usd', 1), seen.add('btc', 'usd', 1), seen.add('btc', 'eur', 1)]).toEqual([
      true,
      false,
      true,
    ]);
    const again = restarted(seen);
    expect([again.add('btc', 'usd', 1), again.add('btc', 'usd', 2)]).toEqual([false, true]);
  });

  test('a snapshot names bases by currency and time', () => {
    const seen = new SeenQuotes();
    for (const base of ['btc', 'eth', '币安']) seen.add(base, 'usd', 60_000);
    seen.add('btc', 'usd', 120_000);
    expect(seen.snapshot()).toEqual({ 'usd@60000': 'btc eth 币安', 'usd@120000': 'btc' });
  });

  test('with thousands of pairs a snapshot stays below 100 kB', () => {
    const seen = new SeenQuotes();
    for (let time = 1; time <= 5; time++)
      for (let i = 0; i < 10_000; i++) seen.add(`coin${i}`, 'usd', time * 60_000);
    expect(JSON.stringify(seen.snapshot()).length).toBeLessThan(100_000);
    expect(restarted(seen).add('coin7', 'usd', 300_000)).toBe(false);
  });

  test('a restart at any step changes no answer, however old the times are', () => {
    const step = fc.record({ time: fc.integer({ min: 0, max: 12 }), restart: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const whole = new SeenQuotes();
        let seen = new SeenQuotes();
        for (const { time, restart } of steps) {
          if (restart) seen = restarted(seen);
          expect(seen.add('btc', 'usd', time)).toBe(whole.add('btc', 'usd', time));
        }
      }),
    );
  });

  test('whatever the order within four times of a pair and the restarts, each is new exactly once', () => {
    const step = fc.record({
      base: fc.constantFrom('btc', 'eth'),
      quote: fc.constantFrom('usd', 'usdt'),
      back: fc.integer({ min: 0, max: 3 }),
      ahead: fc.boolean(),
      restart: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        let seen = new SeenQuotes();
        const clocks = new Map<string, number>();
        const handed = new Set<string>();
        const written: string[] = [];
        for (const { base, quote, back, ahead, restart } of steps) {
          if (restart) seen = restarted(seen);
          const pair = `${base}/${quote}`;
          const newest = (clocks.get(pair) ?? 10) + (ahead ? 1 : 0);
          clocks.set(pair, newest);
          const time = newest - back;
          handed.add(`${pair}@${time}`);
          if (seen.add(base, quote, time)) written.push(`${pair}@${time}`);
        }
        expect(written.sort()).toEqual([...handed].sort());
      }),
    );
  });
});
