import { expect, test } from 'vitest';
import { judgeGroups } from '../../../../src/doctor/kafka/checks/groups.ts';
import { BUS, remedies } from '../fakes.ts';

const place = (position: number, start: number, end: number, topic = 'prices') => ({
  topic,
  partition: 0,
  position,
  start,
  end,
});
const judge = (places: ReturnType<typeof place>[], members: string[] = []) =>
  judgeGroups([{ name: 'cryptopipe.candles', members, places }], 'cryptopipe', remedies);

test('a group tells who is in it and what it has not read', () => {
  expect(judge([place(10, 0, 30), place(5, 5, 5, 'rates')], ['process 12 on a'])).toEqual([
    {
      verdict: 'ok',
      what: 'group cryptopipe.candles',
      detail: '1 member (process 12 on a), 20 offsets unread of prices, rates',
    },
  ]);
  expect(judge([place(30, 0, 30)])).toMatchObject([
    { verdict: 'ok', detail: expect.stringContaining('nobody in it') },
  ]);
});

test('a group that has just joined has read nothing yet', () => {
  expect(judge([], ['process 12 on a'])).toMatchObject([
    { verdict: 'ok', detail: '1 member (process 12 on a), nothing read yet' },
  ]);
});

test('records that retention took before they were read are warned of', () => {
  expect(judge([place(10, 25, 30)])).toMatchObject([
    {
      verdict: 'warn',
      detail: '15 offsets of prices went by retention before they were read',
      hint: `cryptopipe topics create prices --retention 7d --update ${BUS}`,
    },
  ]);
});

test('a place behind the end of its topic is bad, and the group to be moved', () => {
  expect(judge([place(31, 0, 30)])).toMatchObject([
    {
      verdict: 'bad',
      hint: `cryptopipe topics reset prices --group cryptopipe.candles --from start --yes ${BUS}`,
    },
  ]);
});

test('no group at all is fine', () => {
  expect(judgeGroups([], 'mine', remedies)).toEqual([
    { verdict: 'ok', what: 'groups', detail: 'none yet of mine' },
  ]);
});
