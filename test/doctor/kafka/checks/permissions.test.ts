import { expect, test } from 'vitest';
import { checkPermissions, type TopicPermissions } from '../../../../src/doctor/kafka/checks/permissions.ts';
import { hints } from '../fakes.ts';

const READ = 1 << 3;
const WRITE = 1 << 4;
const rights = (topic: string, operations: number | undefined, seen = true): TopicPermissions => ({
  topic,
  visible: seen,
  operations,
});

test('full permissions pass, and so do unreported ones', () => {
  expect(
    checkPermissions([rights('prices', READ | WRITE), rights('tweets', undefined)], hints),
  ).toMatchObject([{ severity: 'ok' }]);
});

test('a missing permission is a warning with the command that grants it', () => {
  const some = [rights('prices', READ), rights('tweets', READ), rights('candles', undefined, false)];
  expect(checkPermissions(some, hints)).toEqual([
    {
      severity: 'warn',
      what: 'permissions',
      detail: 'this user may not see candles',
      hint: 'kafka-acls.sh --bootstrap-server k1:9092,k2:9092 --add --allow-principal User:NAME --operation Describe --topic candles',
    },
    {
      severity: 'warn',
      what: 'permissions',
      detail: 'this user may not write prices, tweets',
      hint: expect.stringContaining('--operation Write --topic prices --topic tweets'),
    },
  ]);
});
