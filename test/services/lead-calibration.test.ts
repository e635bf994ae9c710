import { expect, test } from 'vitest';
import { calledLeads, noiseAndWalk, sharedRhythm } from '../market/lead/calibration-runs.ts';

/** A test at 5 % is outside of 3 to 7 % of 1,000 runs in one of 250 cases. */
const RUNS = 1000;

test.each([
  ['white noise is called a lead of a random walk', noiseAndWalk],
  ['a rhythm of the week that attention and return share is called a lead', sharedRhythm],
])('%s in 3 to 7 % of 1,000 runs, with 13 lags, 3 coins and 2 windows', (_, unitsOf) => {
  const called = calledLeads(RUNS, unitsOf);
  expect(called / RUNS).toBeGreaterThanOrEqual(0.03);
  expect(called / RUNS).toBeLessThanOrEqual(0.07);
});
