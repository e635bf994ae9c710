import { expect, test } from 'vitest';
import type { HttpClient } from '../../../../src/sources/shared/http/client.ts';
import { pacedClient } from '../../../../src/sources/shared/http/paced.ts';
import { turned } from '../../turned.ts';

test('requests begin no sooner than the pace allows, and a late one is not held back', async () => {
  const { context, turn } = turned();
  const times: number[] = [];
  const client = {
    get: async () => times.push(context.now()),
    close: async () => {},
  } as unknown as HttpClient;
  const paced = pacedClient(client, 1000, context);
  const start = context.now();
  await paced.get('/a');
  await paced.get('/b');
  turn(400);
  await paced.get('/c');
  turn(5000);
  await paced.get('/d');
  expect(times.map((time) => time - start)).toEqual([0, 1000, 2000, 7000]);
});
