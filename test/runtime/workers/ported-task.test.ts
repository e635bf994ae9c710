import { getEventListeners } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { decodeCopy } from '../../../src/log/local/storage/batch-copy.ts';
import type { TaskStart } from '../../../src/runtime/workers/messages.ts';
import { packBatch } from '../../../src/runtime/workers/packing.ts';
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

test('records that came after an empty answer to a read ahead are read', async () => {
  const { port1, port2 } = new MessageChannel();
  const start = { group: 'app', partition: 0, takesBytes: false, positions: new Map([['tweets', 0]]) };
  const task = new PortedTask(port1, start as unknown as TaskStart, decodeCopy);
  const answers = [['first'], [], ['second'], []];
  port2.on('message', ({ id }: { id: number }) => {
    const values = answers.shift() ?? [];
    const records = values.map((value) => ({ offset: 0, timestamp: 0, key: null, value, headers: {} }));
    const batches =
      records.length === 0 ? [] : [packBatch({ topic: 'tweets', partition: 0, records, next: 1 })];
    task.receive({ kind: 'answer', id, answer: { batches, position: 1 } });
  });
  const read = async () =>
    (await task.read('tweets', 1000)).flatMap(({ records }) => records.map(({ value }) => value));
  expect([await read(), await read(), await read()]).toEqual([['first'], ['second'], []]);
  port2.close();
});
