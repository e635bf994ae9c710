import { expect, test } from 'vitest';
import { hashtagsOf } from '../../../src/sources/nostr/filters.ts';
import { nostr } from '../../../src/sources/nostr/nostr.ts';
import { parsePlace } from '../../../src/sources/nostr/position.ts';

test('a coin has the hashtags of its symbol and names, without spaces', () => {
  expect(hashtagsOf(['bch', 'shib', 'unknown'])).toEqual([
    'bch',
    'bitcoincash',
    'shib',
    'shibainu',
    'shibacoin',
    'unknown',
  ]);
});

test('without coins the hashtags are those without an everyday meaning', () => {
  const hashtags = hashtagsOf([]);
  expect(hashtags).toEqual(expect.arrayContaining(['btc', 'bitcoin', 'solana', 'chainlink']));
  for (const word of ['link', 'near', 'dot', 'flow', '']) expect(hashtags).not.toContain(word);
});

test.each(['https://nos.lol', 'wss://a@nos.lol', 'wss://nos.lol?x=1', 'nos.lol', 'wss://'])(
  '%s is not the address of a relay',
  (text) => {
    expect(() => nostr.options.relays.parse(text)).toThrow(RangeError);
  },
);

test('the address of a relay may have a path', () => {
  expect(nostr.options.relays.parse('wss://nos.lol/, ws://127.0.0.1:8700/a/')).toEqual([
    'wss://nos.lol',
    'ws://127.0.0.1:8700/a',
  ]);
});

test.each([undefined, 'not JSON', '5', '{"relays":5}', '{"relays":{"wss://a":{"through":"x"}},"seen":7}'])(
  'a stored position %s counts as none',
  (text) => {
    const { relays, seen } = parsePlace(text);
    expect([relays.size, seen]).toEqual([0, {}]);
  },
);
