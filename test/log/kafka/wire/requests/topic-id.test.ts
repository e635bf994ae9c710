import { expect, test } from 'vitest';
import { topicIdRequest } from '../../../../../src/log/kafka/wire/requests/topic-id.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const ascii = (text: string) => Buffer.from(text).toString('hex');
const NONE = '00'.repeat(16);

const request = topicIdRequest('prices');

test('the id is looked up by name without creating the topic', () => {
  expect(request.body()).toEqual(hex(`00  02 ${NONE} 07 ${ascii('prices')} 00  00 00 00  00`));
  expect(request).toMatchObject({ apiKey: 3, apiVersion: 10 });
});

/** Two brokers, one with a rack and an unknown tagged field; then the topic. */
const answer = (topics: string) =>
  hex(`00 00000000
    03  00000001 02 ${ascii('a')} 00002384 00 00
        00000002 02 ${ascii('b')} 00002385 03 ${ascii('r1')} 01 07 02 ffff
    04 ${ascii('xyz')} 00000001
    ${topics} ffffffff 80000000 00`);

test("the topic id has the format of Kafka's tools", () => {
  const id = 'f1e2d3c4b5a697880123456789abcdef';
  const topic = `02 0000 07 ${ascii('prices')} ${id} 00 01 80000000 00`;
  expect(request.read(answer(topic))).toEqual({ errorCode: 0, id: '8eLTxLWml4gBI0VniavN7w' });
});

test('a topic older than topic ids has none', () => {
  const topic = `02 0000 07 ${ascii('prices')} ${NONE} 00 01 80000000 00`;
  expect(request.read(answer(topic))).toEqual({ errorCode: 0, id: undefined });
});

test('an unknown topic returns its error code, an empty response code -1', () => {
  const topic = `02 0003 07 ${ascii('prices')} ${NONE} 00 01 80000000 00`;
  expect(request.read(answer(topic))).toMatchObject({ errorCode: 3 });
  expect(request.read(answer('01'))).toMatchObject({ errorCode: -1 });
});
