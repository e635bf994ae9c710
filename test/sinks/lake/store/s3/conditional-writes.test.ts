import { expect, test } from 'vitest';
import { requireConditionalWrites } from '../../../../../src/sinks/lake/store/s3/conditional-writes.ts';
import { s3Store } from '../../../../../src/sinks/lake/store/s3/s3-store.ts';
import { afterOpening, inTurn, ok, openAt, type Reply, refusal, stub } from './stub.ts';

let count = 0;
async function place(reply: Reply) {
  const { endpoint, asked } = await stub(afterOpening(reply));
  return { store: s3Store(await openAt(endpoint), `place-${count++}`), asked };
}

test('a store that refuses the second put passes and is probed once per process', async () => {
  const { store, asked } = await place(inTurn(ok(), refusal(412, 'PreconditionFailed')));
  await Promise.all([requireConditionalWrites(store), requireConditionalWrites(store)]);
  await requireConditionalWrites(store);
  expect(
    asked.filter(({ method }) => method === 'PUT').map(({ headers }) => headers['if-none-match']),
  ).toEqual(['*', '*']);
});

test('a store that was probed before refuses at once', async () => {
  const { store, asked } = await place(refusal(412, 'PreconditionFailed'));
  await requireConditionalWrites(store);
  expect(asked.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});

/** A store that refuses a header with this answer. */
const without =
  (header: string, answer: Reply): Reply =>
  (asked, response) =>
    (asked.headers[header] === undefined ? ok() : answer)(asked, response);
const CONDITION = 'if-none-match';
const SUM = 'x-amz-checksum-crc32';
/** An answer that does not say which header it is about. */
const vague = '<Error><Code>CODE</Code><Message>A header you provided is not implemented.</Message></Error>';
const refuses =
  (status: number, code: string, text = vague): Reply =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/xml' }).end(text.replace('CODE', code));

test.each<[string, Reply]>([
  ['replaces the file', ok()],
  ['does not know the condition', without(CONDITION, refusal(501, 'NotImplemented'))],
  ['refuses the condition with 400', without(CONDITION, refuses(400, 'InvalidArgument'))],
])('a store that %s is refused', async (_, reply) => {
  const { store } = await place(reply);
  const refused = { code: 'usage', hint: expect.stringContaining('--table plain') };
  await expect(requireConditionalWrites(store)).rejects.toMatchObject(refused);
  await expect(requireConditionalWrites(store)).rejects.toMatchObject(refused);
});

test.each<[string, Reply]>([
  ['with 501 and its name', refusal(501, 'NotImplemented', '', {})],
  ['with 501', refuses(501, 'NotImplemented')],
  ['with 400', refuses(400, 'InvalidRequest')],
])('a store that refuses checksums %s is distinguished from one without conditions', async (_, answer) => {
  const { store } = await place(without(SUM, answer));
  const failure = await requireConditionalWrites(store).catch((error) => error);
  expect(failure).toMatchObject({
    code: 'usage',
    message: expect.stringContaining('checksum'),
    hint: expect.stringContaining('--s3-checksum when_required'),
  });
  expect(failure.message).not.toContain('If-None-Match');
  expect(failure.message).toMatch(/\((text of NotImplemented|A header you provided is not implemented\.)\)$/);
});

test('a store that refuses checksums is used without them', async () => {
  const { endpoint, asked } = await stub(afterOpening(without(SUM, refuses(501, 'NotImplemented'))));
  const bucket = await openAt(endpoint, { settings: { s3Checksum: 'when_required' } });
  const store = s3Store(bucket, 'without-sums');
  await store.put('a', [Buffer.from('x')]);
  expect(asked.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});
