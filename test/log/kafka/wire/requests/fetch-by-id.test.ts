import { expect, test } from 'vitest';
import { fetchByIdRequest } from '../../../../../src/log/kafka/wire/requests/fetch-by-id.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const ID = 'f1e2d3c4b5a697880123456789abcdef';

const request = fetchByIdRequest({
  topicId: '8eLTxLWml4gBI0VniavN7w',
  partition: 3,
  offset: 2 ** 40,
  waitMs: 500,
  maxBytes: 1 << 20,
});

test("a fetch by id encodes the topic's 16-byte id", () => {
  const head = '00 ffffffff 000001f4 00000001 00100000 01 00000000 ffffffff';
  const partition = '00000003 ffffffff 0000010000000000 ffffffff ffffffffffffffff 00100000 00';
  expect(request.body()).toEqual(hex(`${head} 02 ${ID} 02 ${partition} 00 01 01 00`));
  expect(request).toMatchObject({ apiKey: 1, apiVersion: 13 });
});

/** One partition with an aborted transaction, three bytes of records and an unknown tagged field. */
const answer = (requestError: string, errorCode: string) =>
  hex(`00 00000014 ${requestError} 00000000
    02 ${ID} 02
      00000003 ${errorCode} 0000000000000082 0000000000000078 000000000000000a
      02 0000000000000007 0000000000000064 00
      ffffffff 04 616263 01 07 02 ffff
    00 00`);

test('a fetch-by-id response has the last stable offset, aborted transactions and records', () => {
  expect(request.read(answer('0000', '0000'))).toEqual({
    throttleMs: 20,
    errorCode: 0,
    lastStableOffset: 120,
    aborted: [{ producerId: 7n, firstOffset: 100 }],
    recordSet: Buffer.from('abc'),
  });
});

test.each([
  ['that a partition has', answer('0000', '0064'), 100],
  ['of the whole answer', answer('0047', '0000'), 71],
  ['of a response without a partition', hex('00 00000000 0000 00000000 01 00'), -1],
])('a fetch by id returns the error %s', (_, payload, code) => {
  expect(request.read(payload).errorCode).toBe(code);
});

test('a truncated fetch-by-id response is rejected', () => {
  expect(() => request.read(answer('0000', '0000').subarray(0, -9))).toThrow(RangeError);
});
