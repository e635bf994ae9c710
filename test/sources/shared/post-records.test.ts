import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { postRecords } from '../../../src/sources/shared/post-records.ts';

const origin = { source: 'x', topic: 'tweets', receivedAt: 0 };
const recordsOf = (value: unknown) => {
  const line = JSON.stringify(value);
  return postRecords(value, line, origin).map(({ partitionKey, key, value, headers }) => ({
    partitionKey,
    key,
    value: value === line ? 'the line' : value,
    schema: headers.schema,
  }));
};

describe('a line travels as it came', () => {
  test.each([
    ['a post by its id', { data: { id: '1', text: 'a' } }, '1', 'tweet/1'],
    ['a deletion behind its post', { delete: { status: { id_str: '2' } } }, '2', 'notice/1'],
    ['a withheld post', { status_withheld: { id: 3 } }, '3', 'notice/1'],
    ['scrub_geo', { scrub_geo: { up_to_status_id_str: '4' } }, '4', 'notice/1'],
  ])('%s', (_, value, id, schema) =>
    expect(recordsOf(value)).toEqual([{ partitionKey: id, key: id, value: 'the line', schema }]),
  );

  test('the headers contain source and time', () =>
    expect(postRecords({ id_str: '1' }, '', origin)[0]!.headers).toEqual({
      source: 'x',
      schema: 'tweet/1',
      received_at: '1970-01-01T00:00:00.000Z',
    }));
});

describe('what replaces posts buries them where they lie', () => {
  const tombstone = (id: string) => ({ partitionKey: id, key: id, value: null, schema: 'tweet/1' });

  test('an edited post', () =>
    expect(recordsOf({ data: { id: '9', edit_history_tweet_ids: ['7', '8', '9'] } })).toEqual([
      { partitionKey: '9', key: '9', value: 'the line', schema: 'tweet/1' },
      tombstone('7'),
      tombstone('8'),
    ]));

  test('a notice of an edit', () =>
    expect(
      recordsOf({ data: { tweet_edit: { tweet: { id: '9' }, edit_tweet_ids: ['7', '8', '9'] } } }),
    ).toEqual([{ partitionKey: '8', key: '8', value: 'the line', schema: 'notice/1' }, tombstone('7')]));
});

test.each([[{ limit: { track: 1 } }], [{ errors: [] }], [{ user_withheld: { id: 1 } }]])(
  '%j yields no record',
  (value) => expect(recordsOf(value)).toEqual([]),
);

test('anything else is an invalid record', () =>
  expect(() => recordsOf({ text: 'x' })).toThrow(InvalidRecord));

describe('a post from the future', () => {
  const latest = Date.UTC(2026, 0, 2);
  const read = (value: unknown) => postRecords(value, '', { ...origin, latest });

  test('a post from the future is invalid, by its time or by the time in its id', () => {
    expect(() => read({ id_str: '1', created_at: '2026-01-02T00:00:00.001Z' })).toThrow('--max-ahead');
    expect(() => read({ data: { id: '1', created_at: '2099-12-31T10:00:00Z' } })).toThrow(InvalidRecord);
    expect(() => read({ id_str: '9000000000000000000' })).toThrow(InvalidRecord);
  });

  test('a post at the latest allowed time is valid, and a notice has no limit', () => {
    expect(read({ id_str: '1', created_at: '2026-01-02T00:00:00.000Z' })).toHaveLength(1);
    expect(read({ delete: { status: { id_str: '9000000000000000000' } } })).toHaveLength(1);
  });
});
