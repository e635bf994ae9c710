import { expect, test } from 'vitest';
import { hasWriterExited, thisWriter } from '../../../../src/sinks/lake/store/writer-id.ts';

const [machine, pid, start] = thisWriter().split('.') as [string, string, string];

test('this process is named by machine, process id and start, and has not exited', () => {
  expect(thisWriter()).toMatch(/^[0-9a-f]{12}\.\d+\.\d*$/);
  expect(hasWriterExited(thisWriter())).toBe(false);
});

test('a writer of this machine whose process id is not in use has exited', () => {
  expect(hasWriterExited(`${machine}.${2 ** 30}.${start}`)).toBe(true);
});

test('whether a writer of another machine or container has exited is unknown', () => {
  expect(hasWriterExited(`0123456789ab.${pid}.${start}`)).toBeUndefined();
});
