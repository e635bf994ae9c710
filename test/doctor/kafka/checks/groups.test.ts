import { expect, test } from 'vitest';
import { checkGroups } from '../../../../src/doctor/kafka/checks/groups.ts';
import { BUS, hints } from '../fakes.ts';

const offset = (position: number, start: number, end: number, topic = 'prices') => ({
  topic,
  partition: 0,
  position,
  start,
  end,
});
const run = (offsets: ReturnType<typeof offset>[], members: string[] = []) =>
  checkGroups([{ name: 'cryptopipe.candles', members, offsets: offsets }], 'cryptopipe', hints);

test('a group reports its members and unread offsets', () => {
  expect(run([offset(10, 0, 30), offset(5, 5, 5, 'rates')], ['process 12 on a'])).toEqual([
    {
      severity: 'ok',
      what: 'group cryptopipe.candles',
      detail: '1 member (process 12 on a), 20 unread offsets in prices, rates',
    },
  ]);
  expect(run([offset(30, 0, 30)])).toMatchObject([
    { severity: 'ok', detail: expect.stringContaining('no members') },
  ]);
});

test('a group without offsets has read nothing yet', () => {
  expect(run([], ['process 12 on a'])).toMatchObject([
    { severity: 'ok', detail: '1 member (process 12 on a), nothing read yet' },
  ]);
});

test('records that expired unread are a warning', () => {
  expect(run([offset(10, 25, 30)])).toMatchObject([
    {
      severity: 'warn',
      detail: '15 offsets of prices expired before they were read',
      hint: `cryptopipe topics create prices --retention 7d --update ${BUS}`,
    },
  ]);
});

test('an offset beyond the end of its topic is an error that suggests a reset', () => {
  expect(run([offset(31, 0, 30)])).toMatchObject([
    {
      severity: 'error',
      hint: `cryptopipe topics reset prices --group cryptopipe.candles --from start --yes ${BUS}`,
    },
  ]);
});

test('an app without groups passes', () => {
  expect(checkGroups([], 'mine', hints)).toEqual([
    { severity: 'ok', what: 'groups', detail: 'mine has none yet' },
  ]);
});
