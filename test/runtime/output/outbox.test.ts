import { describe, expect, test } from 'vitest';
import type { Restored } from '../../../src/core/stream/keyed-state.ts';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import type { Decisions, Input } from '../../../src/processors/processor.ts';
import { Outbox } from '../../../src/runtime/output/outbox.ts';
import { newStats } from '../../../src/runtime/stage.ts';

const input: Input = {
  topic: 'in',
  from: 'mine',
  partition: 2,
  offset: 7,
  key: 'k',
  headers: {},
  value: { id: '1' },
};
const tombstone = { key: '1', partitionKey: null, value: null };

function outbox(topic: string, decisions?: Decisions, restored: Restored = new Map()) {
  const stats = newStats('test');
  return { stats, box: new Outbox({ topic, schema: 'x/1', decisions }, stats, restored) };
}
const topics = (box: Outbox) =>
  box.take().map(({ topic, partitionKey, value }) => [topic, partitionKey, value === null]);

describe('output topics with placeholders', () => {
  test('a topic name may use fields that were removed from the value', () => {
    const { box } = outbox('{lang}-{coin}');
    box.emit({
      key: '1',
      partitionKey: 'btc',
      value: { coin: 'btc' },
      routingFields: { lang: 'es', coin: 'eth' },
    });
    expect(topics(box)).toEqual([['es-btc', 'btc', false]]);
  });

  test('a value adds fields to the text of a record, and the topic name may use those of both', () => {
    const { box } = outbox('{lang}-{coin}');
    const base = { text: '{"id": 12345678901234567890,"coin":"btc"}', value: { coin: 'btc' } };
    box.emit({ key: '1', partitionKey: 'btc', value: { lang: 'es' }, base });
    expect(box.take().map(({ topic, value }) => [topic, value])).toEqual([
      ['es-btc', '{"id": 12345678901234567890,"coin":"btc","lang":"es"}'],
    ]);
  });

  test('a tombstone goes to every topic written so far, also after a restart', () => {
    const { box } = outbox('{coin}-x');
    box.emit(tombstone);
    expect(topics(box)).toEqual([]);
    for (const coin of ['btc', 'eth', 'btc']) box.emit({ key: '1', partitionKey: coin, value: { coin } });
    box.emit(tombstone);
    expect(topics(box).slice(3)).toEqual([
      ['btc-x', null, true],
      ['eth-x', null, true],
    ]);
    const stored = box.changes().map(([key, text]) => [key, text!] as const);
    expect(box.changes()).toEqual([]);
    const { box: restarted, stats } = outbox(
      '{coin}-x',
      undefined,
      new Map([...stored, ['other|1', 'no JSON']]),
    );
    restarted.emit(tombstone);
    expect(topics(restarted).map(([topic]) => topic)).toEqual(['btc-x', 'eth-x']);
    expect(stats.out).toBe(2);
  });

  test('a plain name is one topic and needs no state', () => {
    const { box } = outbox('x');
    box.emit(tombstone);
    expect(topics(box)).toEqual([['x', null, true]]);
    expect(box.changes()).toEqual([]);
  });
});

describe('decisions', () => {
  const decided = (step: (box: Outbox) => void, idOf: Decisions['idOf'] = () => '1') => {
    const { box } = outbox('{coin}-x', { topic: 'fate', idOf });
    box.during(input, () => step(box));
    return box
      .take()
      .filter(({ topic }) => topic === 'fate')
      .map(({ key, partitionKey, value }) => ({ key, partitionKey, ...JSON.parse(value!) }));
  };
  const about = (coin: string) => ({ key: '1', partitionKey: coin, value: { coin } });

  test('there is one decision per topic that a record went to', () => {
    expect(decided((box) => box.emit(about('btc')))).toEqual([
      { key: '1', partitionKey: '1', id: '1', source: 'mine', dest: 'btc-x' },
    ]);
    const several = decided((box) => {
      for (const coin of ['btc', 'eth', 'btc']) box.emit(about(coin));
    });
    expect(several.map(({ dest }) => dest)).toEqual(['btc-x', 'eth-x']);
  });

  test('a decision tells whether a record was dropped or invalid', () => {
    expect(decided((box) => box.drop('lang'))).toMatchObject([{ dest: 'discard' }]);
    const fail = () => {
      throw new InvalidRecord('no id');
    };
    expect(decided(fail, () => null)).toEqual([
      { key: null, partitionKey: 'mine', id: null, source: 'mine', dest: 'error' },
    ]);
  });

  test('only posts have decisions: compliance events have none, and tombstones do not count as destinations', () => {
    expect(
      decided(
        (box) => box.emit(tombstone),
        () => undefined,
      ),
    ).toEqual([]);
    expect(
      decided((box) => {
        for (const one of [tombstone, about('btc')]) box.emit(one);
      }),
    ).toHaveLength(1);
  });

  test('a record that is not JSON has a decision', () => {
    const { box, stats } = outbox('x', { topic: 'fate', idOf: ({ key }) => key });
    box.reject({ ...input, value: 'no JSON' }, 'not JSON');
    expect(box.take().map(({ topic, value }) => [topic, JSON.parse(value!)])).toEqual([
      ['rejects', { topic: 'mine', partition: 2, offset: 7, key: 'k', value: 'no JSON', why: 'not JSON' }],
      ['fate', { id: 'k', source: 'mine', dest: 'error' }],
    ]);
    expect(stats.rejected).toBe(1);
  });
});

describe('rejected and late records', () => {
  const asideOf = (step: (box: Outbox) => void) => {
    const { box } = outbox('x');
    step(box);
    return box.take()[0]!;
  };
  const refuse = (): never => {
    throw new InvalidRecord('bad');
  };
  const long = '{"id":12345678901234567890,"at":"x"}';

  test('rejects and late records keep all digits of their numbers', () => {
    const read = { ...input, value: JSON.parse(long) as unknown, text: long };
    const rejected = asideOf((box) => box.during(read, refuse));
    expect(rejected.value).toBe(
      `{"topic":"mine","partition":2,"offset":7,"key":"k","value":${long},"why":"bad"}`,
    );
    const late = asideOf((box) => box.during(read, () => box.late('old', 5)));
    expect(late.value).toBe(
      `{"topic":"mine","partition":2,"offset":7,"key":"k","value":${long},"why":"old","late_by_ms":5}`,
    );
  });

  test.each([
    ['a value of 3 MB', { ...input, value: {}, text: JSON.stringify('x'.repeat(3_000_000)) }],
    ['a text that grows sixfold when it is escaped', { ...input, value: '\u0001'.repeat(500_000) }],
    ['a key of 2 MB', { ...input, key: 'k'.repeat(2_000_000) }],
  ])('a reject is cut to less than 1 MB: %s', (_, read) => {
    const { key, value } = asideOf((box) => box.during(read, refuse));
    expect(Buffer.byteLength(value!) + Buffer.byteLength(key!)).toBeLessThan(1_000_000);
    expect(JSON.parse(value!)).toMatchObject({ topic: 'mine', partition: 2, offset: 7 });
    expect((JSON.parse(value!) as { why: string }).why).toMatch(/^bad \(the first 2000 of \d+ characters/);
  });
});

test('an outbox is full at 8 MB of outputs, and empty again once they are taken', () => {
  const { box } = outbox('out');
  const name = 'n'.repeat(900_000);
  let count = 0;
  for (; !box.isFull; count++) box.emit({ key: '1', partitionKey: '1', value: { name } });
  expect(count).toBe(10);
  box.take();
  expect(box.isFull).toBe(false);
  for (let i = 0; !box.isFull; i++, count++) box.reject({ ...input, offset: i, value: { name } }, 'no');
  expect(count).toBe(20);
});
