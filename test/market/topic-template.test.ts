import { expect, test } from 'vitest';
import { fillTopic, placeholdersIn } from '../../src/market/topic-template.ts';

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
])('%s of %j is %s', (template, fields, name) => expect(fillTopic(template, fields, 'by')).toBe(name));

test.each([
  ['{coin}-{lang}', ['coin', 'lang']],
  ['{tag}.{coin_name}', ['tag', 'coin_name']],
  ['tweets', []],
  ['{name}', []],
])('%s has the placeholders %j', (template, names) => expect(placeholdersIn(template)).toEqual(names));
