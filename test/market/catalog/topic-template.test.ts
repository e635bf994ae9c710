import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTopicName } from '../../../src/core/text/topic-name.ts';
import { fillTopic, placeholdersIn } from '../../../src/market/catalog/topic-template.ts';

test.each([
  ['{lang}_tweets', { lang: 'es' }, 'es_tweets'],
  ['{lang}_tweets', { lang: null }, 'und_tweets'],
  ['{lang}_tweets', {}, 'und_tweets'],
  ['{coin}-processed', { coin: 'btc' }, 'btc-processed'],
  ['{coin}-processed', { coin: null, tag: 'news' }, 'by-processed'],
  ['{coin_name}', { coin: 'bch' }, 'bitcoin_cash'],
  ['{coin_name}', { coin: 'foo' }, 'foo'],
  ['{coin_name}', {}, 'by'],
  ['{tag}.{coin}', { tag: 'a', coin: 'eth' }, 'a.eth'],
  ['{tag}-x', { tag: 'BTS fans: 防弾' }, 'BTS_fans_-x'],
  ['{tag}', { tag: 'x'.repeat(300) }, 'x'.repeat(100)],
  ['{lang}', { lang: '.' }, '_'],
  ['{lang}', { lang: '..' }, '_'],
  ['{lang}{tag}', { lang: '.', tag: '.' }, '_'],
  ['{lang}', { lang: 'zh.CN' }, 'zh_CN'],
  ['{lang}', { lang: '__consumer_offsets' }, '_consumer_offsets'],
  ['{lang}', { lang: 'cryptopipe.places' }, 'cryptopipe_places'],
  ['{tag}', { tag: '' }, 'by'],
  ['{coin_name}', { coin: 'yfi' }, 'yearn_finance'],
  ['{coin_name}', { coin: '..' }, '_'],
  ['__own', { lang: 'x' }, '__own'],
])('%s of %j is %s', (template, fields, name) => expect(fillTopic(template, fields, 'by')).toBe(name));

test.each([
  ['{coin}-{lang}', ['coin', 'lang']],
  ['{tag}.{coin_name}', ['tag', 'coin_name']],
  ['tweets', []],
  ['{name}', []],
])('%s has the placeholders %j', (template, names) => expect(placeholdersIn(template)).toEqual(names));

const values = fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 300 }), fc.jsonValue());
const templates = fc.constantFrom('{lang}', '{tag}', '{coin}', '{coin_name}', '.{lang}', '{tag}{coin}');

test("whatever a record's fields contain, its topic name is valid and writable in Kafka", () => {
  fc.assert(
    fc.property(templates, values, values, fc.string(), (template, tag, coin, by) => {
      const name = fillTopic(template, { tag, coin, lang: tag }, by);
      expect(isTopicName(name) && !name.startsWith('__'), name).toBe(true);
    }),
    { seed: 12, numRuns: 2000 },
  );
});

test('names of a long template are shortened to fit, and stay different for different records', () => {
  const template = `${'t'.repeat(200)}{tag}`;
  const names = ['a', 'b'].map((end) => fillTopic(template, { tag: 'x'.repeat(90) + end }, 'by'));
  expect(names.map((name) => [name.length, isTopicName(name)])).toEqual([
    [249, true],
    [249, true],
  ]);
  expect(names[0]).not.toBe(names[1]);
  expect(fillTopic(template, { tag: 'x' }, 'by')).toBe(`${'t'.repeat(200)}x`);
});
