import type { Collection } from 'mongodb';
import { expect, test } from 'vitest';
import { type MongoDocument, type Write, writeBulk } from '../../../src/sinks/mongo/bulk.ts';

const POISON = new Set(['3', '5']);
const writes = Array.from({ length: 8 }, (_, i): Write => ({ insertOne: { document: { _id: `${i}` } } }));
const idOf = (write: Write) => ('insertOne' in write ? write.insertOne.document._id! : '');

/** Answers as the driver does: `code` for each poisonous document, or one error that ends the bulk. */
function collection(code: number, precise: boolean, calls: string[][] = []) {
  return {
    async bulkWrite(sent: Write[]) {
      const ids = sent.map(idOf);
      calls.push(ids);
      const bad = ids.flatMap((id, index) => (POISON.has(id) ? [{ index, code, errmsg: 'no' }] : []));
      if (bad.length === 0) return;
      const writeErrors = precise ? bad : [{ index: 0, code, errmsg: 'no' }];
      const insertedCount = precise ? ids.length - bad.length : 0;
      throw Object.assign(new Error('no'), {
        writeErrors,
        result: { insertedCount, getWriteConcernError: () => undefined },
      });
    },
  } as unknown as Collection<MongoDocument>;
}

test('a validation failure (121) concerns only its document', async () => {
  const calls: string[][] = [];
  const refusals = await writeBulk(collection(121, true, calls), writes);
  expect(refusals).toEqual(
    [3, 5].map((index) => ({ index, code: 121, reason: 'MongoDB refused it (121): no' })),
  );
  expect(calls).toHaveLength(1);
});

test('when a server stops a bulk without naming the write, each half is sent again', async () => {
  const calls: string[][] = [];
  const refusals = await writeBulk(collection(121, false, calls), writes);
  expect(refusals.map(({ index }) => index)).toEqual([3, 5]);
  expect(calls.filter((ids) => !ids.some((id) => POISON.has(id))).flat()).toEqual([
    '0',
    '1',
    '2',
    '4',
    '6',
    '7',
  ]);
});

test('an election during a bulk is thrown, to be retried', async () => {
  await expect(writeBulk(collection(189, true), writes)).rejects.toMatchObject({ code: 189 });
});
