import { expect, test } from 'vitest';
import { sourceClock } from '../../../../src/cli/pipeline/sources/test-clock.ts';
import { handClock } from '../../fakes.ts';

test('without the variable, sources use the normal clock', () => {
  const { clock } = handClock();
  expect(sourceClock({ env: {}, clock })).toBe(clock);
});

test('a faster clock shows the same time in every process', async () => {
  const hand = handClock(1_000_000);
  const clock = sourceClock({ env: { CRYPTOPIPE_TEST_CLOCK: '100 900000' }, clock: hand.clock });
  expect(clock.now()).toBe(900_000 + 100 * 100_000);
  let awake = false;
  void clock.sleep(60_000).then(() => {
    awake = true;
  });
  await hand.turn(599);
  expect(awake).toBe(false);
  await hand.turn(1);
  expect(awake).toBe(true);
});
