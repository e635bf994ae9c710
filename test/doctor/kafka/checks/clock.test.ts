import { expect, test } from 'vitest';
import { judgeClock } from '../../../../src/doctor/kafka/checks/clock.ts';

const judge = (time: number) => judgeClock({ broker: 1, time, before: 100_000, after: 100_020 });

test('a time between question and answer is as ours', () => {
  expect(judge(100_007)).toEqual({
    verdict: 'ok',
    what: 'clock of broker 1',
    detail: 'as ours, within 20ms',
  });
});

test('from over a second on it is warned of, from over thirty it is bad', () => {
  expect(judge(101_020).severity).toBe('ok');
  expect(judge(101_021)).toMatchObject({ verdict: 'warn', detail: '1s1ms ahead of ours' });
  expect(judge(130_020).severity).toBe('warn');
  expect(judge(69_999)).toMatchObject({ verdict: 'bad', detail: '30s1ms behind ours' });
  expect(judge(130_021).hint).toContain('timedatectl set-ntp true');
});
