import { expect, test } from 'vitest';
import { RequestWriter } from '../../../../../src/log/kafka/wire/request-writer.ts';
import { offsetFetchRequest } from '../../../../../src/log/kafka/wire/requests/offset-fetch.ts';

const request = offsetFetchRequest({
  group: 'app.join',
  topics: [
    { topic: 'prices', partitions: [0, 3] },
    { topic: 'late', partitions: [1] },
  ],
});

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const ascii = (text: string) => Buffer.from(text).toString('hex');

test("OffsetFetch requires stable offsets and starts with the header's tagged fields", () => {
  const expected = hex(`00  09 ${ascii('app.join')}
    03  07 ${ascii('prices')} 03 00000000 00000003 00
        05 ${ascii('late')} 02 00000001 00
    01  00`);
  expect(request.body()).toEqual(expected);
  expect(request).toMatchObject({ apiKey: 9, apiVersion: 7 });
});

test('a long group name has a two-byte length', () => {
  const group = 'g'.repeat(200);
  const body = offsetFetchRequest({ group, topics: [] }).body();
  expect(body).toEqual(hex(`00 c901 ${ascii(group)} 01 01 00`));
});

test('each partition has an offset, none, or an unstable-offset error', () => {
  const payload = hex(`00 00000000
    03  07 ${ascii('prices')} 03
            00000000 000000000000002a ffffffff 00 0000 00
            00000003 ffffffffffffffff ffffffff 01 0058 00
        00
        05 ${ascii('late')} 02
            00000001 ffffffffffffffff ffffffff 03 ${ascii('hi')} 0000 00
        00
    0000 00`);
  expect(request.read(payload)).toEqual({
    errorCode: 0,
    offsets: [
      { topic: 'prices', partition: 0, offset: 42, errorCode: 0 },
      { topic: 'prices', partition: 3, offset: undefined, errorCode: 88 },
      { topic: 'late', partition: 1, offset: undefined, errorCode: 0 },
    ],
  });
});

test('unknown tagged fields are skipped', () => {
  const body = new RequestWriter().noTags().int32(0);
  body.compactArray(['t'], (topic) => {
    body.compactString(topic);
    body.compactArray([0], () =>
      body.int32(0).int64(5).int32(-1).uvarint(0).int16(0).uvarint(1).uvarint(200).compactString('x'),
    );
    body.noTags();
  });
  const { offsets } = request.read(body.int16(16).noTags().written());
  expect(offsets).toEqual([{ topic: 't', partition: 0, offset: 5, errorCode: 0 }]);
});

test('a group-level error is returned', () => {
  expect(request.read(hex('00 00000000 01 0010 00'))).toEqual({ errorCode: 16, offsets: [] });
});
