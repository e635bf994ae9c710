import { expect, test } from 'vitest';
import { versionsRequest } from '../../../../src/doctor/kafka/requests/api-versions.ts';
import { configsRequest, OF_TOPIC } from '../../../../src/doctor/kafka/requests/describe-configs.ts';
import { producersRequest } from '../../../../src/doctor/kafka/requests/describe-producers.ts';
import { groupsRequest } from '../../../../src/doctor/kafka/requests/list-groups.ts';
import { END, offsetsRequest } from '../../../../src/doctor/kafka/requests/list-offsets.ts';
import { metadataRequest } from '../../../../src/doctor/kafka/requests/metadata.ts';
import { RequestWriter } from '../../../../src/log/kafka/wire/request-writer.ts';

/** What a broker would answer, written by hand; an array's length stands before it, plus one. */
const answer = () => new RequestWriter(1024);
const NULL = 0;

test('ApiVersions reports supported and finalized feature levels', () => {
  const supported = answer()
    .uvarint(2)
    .compactString('metadata.version')
    .int16(7)
    .int16(30)
    .noTags()
    .written();
  const finalized = answer()
    .uvarint(2)
    .compactString('metadata.version')
    .int16(25)
    .int16(25)
    .noTags()
    .written();
  const tag = (number: number, bytes: Buffer, to: RequestWriter) => {
    to.uvarint(number).uvarint(bytes.length);
    for (const byte of bytes) to.int8(byte > 127 ? byte - 256 : byte);
  };
  const payload = answer().int16(0).uvarint(2).int16(0).int16(0).int16(13).noTags().int32(0);
  payload.uvarint(3);
  tag(0, supported, payload);
  tag(1, answer().int64(12).written(), payload);
  tag(2, finalized, payload);
  expect(versionsRequest().read(payload.written())).toEqual({
    features: new Map([['metadata.version', { min: 7, max: 30 }]]),
    levels: new Map([['metadata.version', 25]]),
  });
});

test('a broker without ApiVersions 3 reports no features', () => {
  const inTheFirstForm = answer().int16(35).int32(1).int16(18).int16(0).int16(2).written();
  expect(versionsRequest().read(inTheFirstForm)).toEqual({ features: new Map(), levels: new Map() });
});

test('metadata accepts a partition without a leader and an unauthorized topic', () => {
  const payload = answer().noTags().int32(0);
  payload.uvarint(2).int32(1).compactString('k1').int32(9092).uvarint(NULL).noTags();
  payload.compactString('cluster').int32(1).uvarint(3);
  payload.int16(0).compactString('prices').int8(0).uvarint(2);
  payload
    .int16(5)
    .int32(0)
    .int32(-1)
    .int32(7)
    .uvarint(3)
    .int32(1)
    .int32(2)
    .uvarint(1)
    .uvarint(2)
    .int32(2)
    .noTags();
  payload.int32(0b11000).noTags();
  payload
    .int16(29)
    .compactString('tweets')
    .int8(0)
    .uvarint(1)
    .int32(-(2 ** 31))
    .noTags();
  payload.noTags();
  expect(metadataRequest(['prices', 'tweets']).read(payload.written())).toEqual({
    clusterId: 'cluster',
    controller: 1,
    brokers: [{ id: 1, address: 'k1:9092' }],
    topics: [
      {
        name: 'prices',
        errorCode: 0,
        partitions: [{ partition: 0, leader: -1, replicas: [1, 2], inSync: [] }],
        rights: 0b11000,
      },
      { name: 'tweets', errorCode: 29, partitions: [], rights: -(2 ** 31) },
    ],
  });
});

test('configs are strings, empty where the value is null', () => {
  const payload = answer().noTags().int32(0).uvarint(2).int16(0).uvarint(NULL).int8(OF_TOPIC);
  payload.compactString('prices').uvarint(3);
  payload.compactString('retention.ms').compactString('1000').int8(0).int8(1).int8(0).uvarint(2);
  payload.compactString('log.retention.ms').uvarint(NULL).int8(5).noTags().int8(5).uvarint(NULL).noTags();
  payload
    .compactString('secret')
    .uvarint(NULL)
    .int8(0)
    .int8(1)
    .int8(1)
    .uvarint(1)
    .int8(3)
    .uvarint(NULL)
    .noTags();
  payload.noTags().noTags();
  expect(configsRequest(OF_TOPIC, ['prices']).read(payload.written())).toEqual([
    { name: 'prices', errorCode: 0, configs: { 'retention.ms': '1000', secret: '' } },
  ]);
});

test('ListGroups returns group names', () => {
  const payload = answer().noTags().int32(0).int16(0).uvarint(2);
  payload.compactString('app.candles').compactString('consumer').compactString('Stable').noTags().noTags();
  expect(groupsRequest().read(payload.written())).toEqual({ errorCode: 0, names: ['app.candles'] });
});

test('ListOffsets returns the error code of each partition', () => {
  const payload = answer().noTags().int32(0).uvarint(2).compactString('prices').uvarint(3);
  payload.int32(0).int16(0).int64(-1).int64(42).int32(3).noTags();
  payload.int32(1).int16(6).int64(-1).int64(-1).int32(-1).noTags();
  payload.noTags().noTags();
  expect(offsetsRequest(END, [{ topic: 'prices', partitions: [0, 1] }]).read(payload.written())).toEqual([
    { topic: 'prices', partition: 0, errorCode: 0, offset: 42 },
    { topic: 'prices', partition: 1, errorCode: 6, offset: -1 },
  ]);
});

test('DescribeProducers returns the first offset of each open transaction', () => {
  const payload = answer().noTags().int32(0).uvarint(2).compactString('prices').uvarint(2);
  payload.int32(2).int16(0).uvarint(NULL).uvarint(2);
  payload.int64(4000).int32(1).int32(9).int64(1_700_000_000_000).int32(0).int64(41).noTags();
  payload.noTags().noTags().noTags();
  expect(producersRequest([{ topic: 'prices', partitions: [2] }]).read(payload.written())).toEqual([
    { topic: 'prices', partition: 2, lastWrite: 1_700_000_000_000, transactionStart: 41 },
  ]);
});
