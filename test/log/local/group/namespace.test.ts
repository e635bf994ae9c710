import { beforeEach, expect, test } from 'vitest';
import { claimNamespace, releaseNamespace } from '../../../../src/log/local/group/namespace.ts';
import { scratch } from '../../../sinks/lake/scratch.ts';

let dir: string;
beforeEach(() => {
  dir = scratch();
});

const claim =
  (namespace: string, afterMs = 0) =>
  () =>
    claimNamespace(dir, Date.now() + afterMs, namespace);

test('processes of one PID namespace share a folder; another namespace is locked out meanwhile', () => {
  claim('pid:[1]')();
  expect(claim('pid:[1]')).not.toThrow();
  expect(claim('pid:[2]')).toThrow(/another PID namespace \(pid:\[1\]\)/);
});

test('an expired or released claim blocks no one', () => {
  claim('pid:[1]')();
  expect(claim('pid:[2]', 60_000)).not.toThrow();
  releaseNamespace(dir);
  expect(claim('pid:[3]')).not.toThrow();
});
