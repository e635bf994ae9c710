import { beforeEach, expect, test } from 'vitest';
import { lockNamespace, releaseNamespace } from '../../../../src/log/local/group/namespace.ts';
import { scratch } from '../../../sinks/lake/scratch.ts';

let dir: string;
beforeEach(() => {
  dir = scratch();
});

const locking =
  (namespace: string, afterMs = 0) =>
  () =>
    lockNamespace(dir, Date.now() + afterMs, namespace);

test('processes of one PID namespace share a folder; another namespace is locked out', () => {
  locking('pid:[1]')();
  expect(locking('pid:[1]')).not.toThrow();
  expect(locking('pid:[2]')).toThrow(/another PID namespace \(pid:\[1\]\)/);
});

test('an expired or released lock blocks no one', () => {
  locking('pid:[1]')();
  expect(locking('pid:[2]', 60_000)).not.toThrow();
  releaseNamespace(dir);
  expect(locking('pid:[3]')).not.toThrow();
});
