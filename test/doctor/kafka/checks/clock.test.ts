import { expect, test } from 'vitest';
import { checkClock } from '../../../../src/doctor/kafka/checks/clock.ts';

const run = (time: number) => checkClock({ broker: 1, time, before: 100_000, after: 100_020 });

test('a broker time between request and response counts as equal', () => {
  expect(run(100_007)).toEqual({
    severity: 'ok',
    what: 'clock of broker 1',
    detail: 'agrees with the local clock within 20ms',
  });
});

test('clock skew over one second is a warning, over thirty seconds an error', () => {
  expect(run(101_020).severity).toBe('ok');
  expect(run(101_021)).toMatchObject({ severity: 'warn', detail: '1s1ms ahead of the local clock' });
  expect(run(130_020).severity).toBe('warn');
  expect(run(69_999)).toMatchObject({ severity: 'error', detail: '30s1ms behind the local clock' });
  expect(run(130_021).hint).toContain('timedatectl set-ntp true');
});
