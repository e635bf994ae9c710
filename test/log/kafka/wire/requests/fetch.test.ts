import { describe, expect, test } from 'vitest';
import { compress } from '../../../../../src/log/kafka/wire/compression.ts';
import { encodeRecords } from '../../../../../src/log/kafka/wire/record-batch.ts';
import { RequestWriter } from '../../../../../src/log/kafka/wire/request-writer.ts';
import { fetchRequest, readCommitted } from '../../../../../src/log/kafka/wire/requests/fetch.ts';
import { batchAt, emptied, marker, text } from '../batches.ts';
import { answerByKafkajs, bodyByKafkajs } from '../kafkajs.ts';

const request = fetchRequest({
  topic: 'prices',
  partition: 3,
  offset: 2 ** 40,
  waitMs: 500,
  maxBytes: 1 << 20,
});

function answer(
  recordSet: Buffer,
  { requestError = 0, errorCode = 0, aborted = [[7n, 100]] as [bigint, number][] } = {},
) {
  const body = new RequestWriter().int32(20).int16(requestError).int32(0);
  body.array(['prices'], () =>
    body.string('prices').array([3], () => {
      body.int32(3).int16(errorCode).int64(130).int64(120).int64(10);
      body.array(aborted, ([producerId, first]) => body.int64(Number(producerId)).int64(first));
      body.int32(-1).bytes(recordSet);
    }),
  );
  return body.written();
}

describe('fetch request', () => {
  test('the fetch request matches kafkajs', async () => {
    const partitions = [{ partition: 3, fetchOffset: 2 ** 40, maxBytes: 1 << 20 }];
    const theirs = await bodyByKafkajs('fetch/v11', {
      replicaId: -1,
      maxWaitTime: 500,
      minBytes: 1,
      maxBytes: 1 << 20,
      topics: [{ topic: 'prices', partitions }],
    });
    expect(request.body()).toEqual(theirs);
    expect(request).toMatchObject({ apiKey: 1, apiVersion: 11, apiName: 'Fetch' });
  });

  test('the response is parsed as by kafkajs', async () => {
    const payload = answer(batchAt(118, [text('a'), text('b')]));
    const ours = request.read(payload);
    const { responses, clientSideThrottleTime } = await answerByKafkajs('fetch/v11', payload);
    const [theirs] = responses[0].partitions;
    expect(ours).toMatchObject({ errorCode: 0, lastStableOffset: 120 });
    expect(ours.aborted).toEqual([{ producerId: 7n, firstOffset: 100 }]);
    expect(theirs.lastStableOffset).toBe('120');
    expect([ours.throttleMs, clientSideThrottleTime]).toEqual([20, 20]);
    const { records } = await readCommitted(ours, 0);
    expect(records.map(({ offset, value }) => [`${offset}`, value])).toEqual(
      theirs.messages.map((one: { offset: string; value: Buffer }) => [one.offset, `${one.value}`]),
    );
  });

  test.each([
    ['of the partition', { errorCode: 1 }, 1],
    ['of the request', { requestError: 71 }, 71],
  ])('returns the error %s', (_, errors, code) => {
    expect(request.read(answer(Buffer.alloc(0), errors)).errorCode).toBe(code);
  });

  test('a response without partitions returns an error code', () => {
    const payload = new RequestWriter().int32(0).int16(0).int32(0).int32(0).written();
    expect(request.read(payload)).toMatchObject({ errorCode: -1, aborted: [] });
  });

  test('a truncated response is rejected', () => {
    expect(() => request.read(answer(Buffer.alloc(100)).subarray(0, -1))).toThrow(RangeError);
  });
});

describe('fetch response', () => {
  const values = async (
    recordSet: Buffer,
    from: number,
    aborted: { producerId: bigint; firstOffset: number }[] = [],
  ) => {
    const { records, next } = await readCommitted({ recordSet, aborted }, from);
    return { values: records.map(({ value }) => value), next };
  };

  test('records before the requested offset are dropped', async () => {
    const set = Buffer.concat([batchAt(10, ['a', 'b'].map(text)), batchAt(12, ['c', 'd'].map(text))]);
    expect(await values(set, 11)).toEqual({ values: ['b', 'c', 'd'], next: 14 });
    expect(await values(set, 12)).toEqual({ values: ['c', 'd'], next: 14 });
  });

  test('aborted records are dropped and the next offset is after their marker', async () => {
    const mine = { producerId: 7n, transactional: true };
    const set = Buffer.concat([
      batchAt(10, [text('x')], mine),
      marker(11, 7n, 'abort'),
      batchAt(12, [text('o')], mine),
      marker(13, 7n, 'commit'),
    ]);
    const aborted = [{ producerId: 7n, firstOffset: 10 }];
    expect(await values(set, 10, aborted)).toEqual({ values: ['o'], next: 14 });
    expect(await values(set.subarray(0, -1), 10, aborted)).toEqual({ values: ['o'], next: 13 });
  });

  test('an emptied batch advances the next offset', async () => {
    const hole = emptied(batchAt(10, ['a', 'b', 'c'].map(text), { compression: 1 }));
    expect(await values(hole, 11)).toEqual({ values: [], next: 13 });
  });

  test('without a whole batch the next offset is the requested one', async () => {
    const batch = batchAt(10, [text('a')]);
    expect(await values(Buffer.alloc(0), 10)).toEqual({ values: [], next: 10 });
    expect(await values(batch.subarray(0, -1), 10)).toEqual({ values: [], next: 10 });
  });

  test('batches with any compression keep their order', async () => {
    const batches = [1, 2, 3, 0].map(async (compression, i) => {
      const records = [text(`a${i}`), text(`b${i}`)];
      return batchAt(i * 2, records, {
        compression,
        records: await compress(compression, encodeRecords(records)),
      });
    });
    const set = Buffer.concat(await Promise.all(batches));
    expect(await values(set, 0)).toEqual({
      values: ['a0', 'b0', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3'],
      next: 8,
    });
  });

  test('a batch that cannot be decompressed after whole ones ends the response before it', async () => {
    const set = Buffer.concat([
      batchAt(8, [text('a'), text('b')]),
      batchAt(10, [text('c')], { compression: 1 }),
    ]);
    expect(await values(set, 8)).toEqual({ values: ['a', 'b'], next: 10 });
  });

  test('a batch that fails to decompress is a UserError that names its offset', async () => {
    const set = batchAt(10, [text('a')], { compression: 1 });
    await expect(values(set, 10)).rejects.toThrow(
      expect.objectContaining({ code: 'failed', message: expect.stringContaining('offset 10 is damaged') }),
    );
  });
});
