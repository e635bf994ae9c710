import { expect, test } from 'vitest';
import { requireConditionalWrites } from '../../../../src/sinks/lake/s3/conditional-writes.ts';
import { s3Store } from '../../../../src/sinks/lake/s3/store.ts';
import { afterOpening, inTurn, ok, openAt, type Reply, refusal, stub } from './stub.ts';

let count = 0;
async function place(reply: Reply) {
  const { endpoint, asked } = await stub(afterOpening(reply));
  return { store: s3Store(await openAt(endpoint), `place-${count++}`), asked };
}

test('a store that refuses the second put passes, and is tried once a process', async () => {
  const { store, asked } = await place(inTurn(ok(), refusal(412, 'PreconditionFailed')));
  await Promise.all([requireConditionalWrites(store), requireConditionalWrites(store)]);
  await requireConditionalWrites(store);
  expect(
    asked.filter(({ method }) => method === 'PUT').map(({ headers }) => headers['if-none-match']),
  ).toEqual(['*', '*']);
});

test('a store that was tried before refuses at once', async () => {
  const { store, asked } = await place(refusal(412, 'PreconditionFailed'));
  await requireConditionalWrites(store);
  expect(asked.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});

test.each<[string, Reply]>([
  ['replaces the file', ok()],
  ['does not know the header', refusal(501, 'NotImplemented')],
])('a store that %s is refused', async (_, reply) => {
  const { store } = await place(reply);
  const refused = { code: 'usage', remedy: expect.stringContaining('--table plain') };
  await expect(requireConditionalWrites(store)).rejects.toMatchObject(refused);
  await expect(requireConditionalWrites(store)).rejects.toMatchObject(refused);
});
