import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Kafka } from '../../../src/log/kafka/kafka.ts';
import { handClock } from '../../hand-clock.ts';
import { DEFAULTS } from './defaults.ts';

/** A cluster whose steps fail while `away`, and what it warned of. */
function cluster() {
  const clock = handClock();
  const warnings: string[] = [];
  const context = { app: 'tests', maxWaitMs: 60_000, warn: (text: string) => void warnings.push(text) };
  const kafka = new Kafka({ ...DEFAULTS, brokers: ['127.0.0.1:9'] }, context, clock);
  const status = { away: true };
  const step = async () => {
    if (status.away) throw new Error('connect ECONNREFUSED 127.0.0.1:9');
  };
  const run = () => kafka.retry(kafka.shared, step);
  const pass = async (seconds: number) => {
    for (let i = 0; i < 10 * seconds; i++) await clock.turn(100);
    await nextTurn();
  };
  return { warnings, status, run, pass };
}

const AWAY = 'kafka does not respond (connect ECONNREFUSED 127.0.0.1:9); retrying';
const BACK = 'kafka responds again';

test('a dead port is warned of once, however many steps wait for it', async () => {
  const { warnings, status, run, pass } = cluster();
  const steps = [run(), run(), run(), run()];
  await pass(2);
  expect(warnings).toEqual([]);
  await pass(10);
  expect(warnings).toEqual([AWAY]);
  status.away = false;
  await pass(3);
  await Promise.all(steps);
  expect(warnings).toEqual([AWAY, BACK]);
});

test('the next outage is warned of again', async () => {
  const { warnings, status, run, pass } = cluster();
  for (let outage = 0; outage < 2; outage++) {
    status.away = true;
    const steps = [run(), run()];
    await pass(5);
    status.away = false;
    await pass(3);
    await Promise.all(steps);
  }
  expect(warnings).toEqual([AWAY, BACK, AWAY, BACK]);
});
