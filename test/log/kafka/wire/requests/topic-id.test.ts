import { expect, test } from 'vitest';
import { topicIdRequest } from '../../../../../src/log/kafka/wire/requests/topic-id.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const ascii = (text: string) => Buffer.from(text).toString('hex');
const NONE = '00'.repeat(16);

const request = topicIdRequest('prices');

test('an id is asked for by name, and no topic is made by asking', () => {
  expect(request.body()).toEqual(hex(`00  02 ${NONE} 07 ${ascii('prices')} 00  00 00 00  00`));
  expect(request).toMatchObject({ apiKey: 3, apiVersion: 10 });
});

/** Two brokers, one of them with a rack and a tag that is new; then the topic. */
const answer = (topics: string) =>
  hex(`00 00000000
    03  00000001 02 ${ascii('a')} 00002384 00 00
        00000002 02 ${ascii('b')} 00002385 03 ${ascii('r1')} 01 07 02 ffff
    04 ${ascii('xyz')} 00000001
    ${topics} ffffffff 80000000 00`);

test("the answer has the id as Kafka's tools write it", () => {
  const id = 'f1e2d3c4b5a697880123456789abcdef';
  const topic = `02 0000 07 ${ascii('prices')} ${id} 00 01 80000000 00`;
  expect(request.read(answer(topic))).toEqual({ errorCode: 0, id: '8eLTxLWml4gBI0VniavN7w' });
});

test('a topic of a time without ids has none', () => {
  const topic = `02 0000 07 ${ascii('prices')} ${NONE} 00 01 80000000 00`;
  expect(request.read(answer(topic))).toEqual({ errorCode: 0, id: undefined });
});

test('a topic that is unknown is told of by its code, an answer about none by that of a broker at a loss', () => {
  const topic = `02 0003 07 ${ascii('prices')} ${NONE} 00 01 80000000 00`;
  expect(request.read(answer(topic))).toMatchObject({ errorCode: 3 });
  expect(request.read(answer('01'))).toMatchObject({ errorCode: -1 });
});
