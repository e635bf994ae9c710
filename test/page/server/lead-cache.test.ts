import { expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/util/time.ts';
import { testLead } from '../../../src/market/lead/lead-test.ts';
import { sentences } from '../../../src/market/lead/sentences.ts';
import { signalWindowOf } from '../../../src/market/lead/signal-windows.ts';
import { LeadCache } from '../../../src/page/server/lead-cache.ts';
import { handClock } from '../../hand-clock.ts';
import { noise, planted, signalRows } from '../../market/lead/lead-data.ts';

const COUNT = 300;
const x = noise(1, 'attention', COUNT);
const windows = signalRows({
  coin: 'btc',
  attention: x,
  returns: planted(x, 2, 0.6, noise(1, 'return', COUNT)),
}).map((row) => signalWindowOf(row));
const BTC = { coin: 'btc', window: '10m' };

test('the answer has the words and the correlations of signals test', () => {
  const { lead, why } = new LeadCache(() => ({ window: '10m', windows, version: 1 }), handClock()).get(BTC);
  const { report } = testLead(windows);
  expect(why).toBe('');
  expect(lead).toMatchObject({ window: '10m', windows: COUNT, isLead: true, sentences: sentences(report!) });
  expect(lead!.byLag.map(([lag]) => lag / MINUTE)).toEqual([
    -60, -50, -40, -30, -20, -10, 0, 10, 20, 30, 40, 50, 60,
  ]);
  const [strongest] = [...lead!.byLag].sort(([, a], [, b]) => b! - a!);
  expect(strongest![0]).toBe(20 * MINUTE);
});

test('an answer is computed again when the series changed, but not within a minute', async () => {
  const clock = handClock();
  let series = { window: '10m', windows, version: 1 };
  const cache = new LeadCache(() => series, clock);
  const first = cache.get(BTC);
  series = { window: '10m', windows: windows.slice(0, 250), version: 2 };
  expect(cache.get(BTC)).toBe(first);
  await clock.turn(MINUTE);
  const second = cache.get(BTC);
  expect(second.lead!.windows).toBe(250);
  await clock.turn(10 * MINUTE);
  expect(cache.get(BTC)).toBe(second);
});

test('too few windows, or none, are answered with the reason', () => {
  const none = new LeadCache(() => undefined, handClock()).get(BTC);
  expect(none).toEqual({ lead: null, why: 'No signals yet.' });
  const few = new LeadCache(
    () => ({ window: '10m', windows: windows.slice(0, 20), version: 1 }),
    handClock(),
  );
  expect(few.get(BTC).why).toBe('Too little to test: 20 of 48 windows with both a value and a return.');
});
