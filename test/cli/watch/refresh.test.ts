import { expect, test } from 'vitest';
import { keepRefreshed } from '../../../src/cli/watch/refresh.ts';
import { handClock } from '../fakes.ts';

test('each stage is refreshed every 2 s until the end, also after a failure', async () => {
  const hand = handClock();
  let count = 0;
  const refresh = async (): Promise<void> => {
    count += 1;
    if (count === 2) throw new Error('no answer');
  };
  const end = keepRefreshed([{ refresh }, {}], hand.clock);
  for (let turns = 0; turns < 3; turns++) await hand.turn(2000);
  expect(count).toBe(4);
  await end();
  await hand.turn(10_000);
  expect(count).toBe(4);
});

test('the end waits for a refresh under way', async () => {
  const hand = handClock();
  let finish = (): void => {};
  const refresh = () =>
    new Promise<void>((resolve) => {
      finish = resolve;
    });
  const end = keepRefreshed([{ refresh }], hand.clock);
  let ended = false;
  const ending = end().then(() => {
    ended = true;
  });
  await new Promise(setImmediate);
  expect(ended).toBe(false);
  finish();
  await ending;
  expect(ended).toBe(true);
});
