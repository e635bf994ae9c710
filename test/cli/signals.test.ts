import { expect, test } from 'vitest';
import { stopSignal } from '../../src/cli/signals.ts';

test('the first signal asks stages to stop, the second ends the process with 130', () => {
  const exits: number[] = [];
  let raise = () => {};
  const stop = stopSignal(
    (onSignal) => {
      raise = onSignal;
    },
    (code) => exits.push(code),
  );
  expect(stop.aborted).toBe(false);
  raise();
  expect([stop.aborted, exits]).toEqual([true, []]);
  raise();
  expect(exits).toEqual([130]);
});
