import { getEventListeners } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { decodeCopy } from '../../../src/log/local/storage/batch-copy.ts';
import type { TaskStart } from '../../../src/runtime/workers/messages.ts';
import { PortedTask } from '../../../src/runtime/workers/ported-task.ts';

test('a task that waits for records many times leaves no listener at the signal that wakes it', async () => {
  const { port1, port2 } = new MessageChannel();
  const start = { group: 'app', partition: 0, positions: new Map() } as Pick<
    TaskStart,
    'group' | 'partition' | 'positions'
  > as TaskStart;
  const task = new PortedTask(port1, start, decodeCopy);
  port2.on('message', ({ id }: { id: number }) => task.receive({ kind: 'answer', id, answer: undefined }));
  const wake = new AbortController();
  for (let count = 0; count < 20; count++) await task.grown(1000, wake.signal);
  expect(getEventListeners(wake.signal, 'abort')).toEqual([]);
  wake.abort();
  await task.grown(1000, wake.signal);
  port2.close();
});
