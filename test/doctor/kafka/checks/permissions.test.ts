import { expect, test } from 'vitest';
import { judgeRights, type SeenRights } from '../../../../src/doctor/kafka/checks/permissions.ts';
import { remedies } from '../fakes.ts';

const READ = 1 << 3;
const WRITE = 1 << 4;
const rights = (topic: string, operations: number | undefined, seen = true): SeenRights => ({
  topic,
  seen,
  operations,
});

test('who may read and write everything is fine, also where nothing is told', () => {
  expect(judgeRights([rights('prices', READ | WRITE), rights('tweets', undefined)], remedies)).toMatchObject([
    { verdict: 'ok' },
  ]);
});

test('a right that is missing is warned of, with the command that gives it', () => {
  const some = [rights('prices', READ), rights('tweets', READ), rights('candles', undefined, false)];
  expect(judgeRights(some, remedies)).toEqual([
    {
      verdict: 'warn',
      what: 'rights',
      detail: 'this user may not see candles',
      hint: 'kafka-acls.sh --bootstrap-server k1:9092,k2:9092 --add --allow-principal User:NAME --operation Describe --topic candles',
    },
    {
      verdict: 'warn',
      what: 'rights',
      detail: 'this user may not write prices, tweets',
      hint: expect.stringContaining('--operation Write --topic prices --topic tweets'),
    },
  ]);
});
