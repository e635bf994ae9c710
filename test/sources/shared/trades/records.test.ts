import { expect, test } from 'vitest';
import { tradeRecord } from '../../../../src/sources/shared/trades/records.ts';

const TIME = Date.UTC(2026, 2, 2, 10, 15, 30);
const TRADE = { id: 7, time: TIME, price: 2.5, size: 0.5, side: 'sell', raw: { id: 7 } } as const;
const ORIGIN = {
  source: 'kraken',
  market: { symbol: 'ETH/EUR', base: 'eth', quote: 'eur' },
  topic: '{coin_name}-trades',
  headers: { source: 'kraken', schema: 'quote/1' },
  latest: TIME + 1000,
};
const recordOf = (changes: object) =>
  tradeRecord({ ...TRADE, receivedAt: TIME + 50, ...changes } as Parameters<typeof tradeRecord>[0], ORIGIN);

test('a trade is a quote of its pair, in the topic of its coin', () => {
  const { value, ...record } = recordOf({});
  expect(record).toEqual({
    topic: 'ethereum-trades',
    partitionKey: 'eth',
    key: 'eth/eur@7',
    headers: ORIGIN.headers,
  });
  expect(JSON.parse(value!)).toEqual({
    source: 'kraken',
    base: 'eth',
    quote: 'eur',
    price: 2.5,
    size: 0.5,
    side: 'sell',
    trade_id: '7',
    last_updated: '2026-03-02T10:15:30.000Z',
    received_at: '2026-03-02T10:15:30.050Z',
  });
});

test.each([
  ['price', { price: 0 }, 'price: 0 is not a positive number'],
  ['size', { size: Number.NaN }, 'size: null is not a number from 0'],
  ['side', { side: undefined }, 'its side is neither buy nor sell'],
  ['time', { time: Number.NaN }, 'its time is not a time'],
  ['time that is too far ahead', { time: TIME + 1001 }, 'too far ahead of the clock'],
])('a trade with a wrong %s is a reject with the reason', (_, changes, why) => {
  const { topic, value } = recordOf(changes);
  expect(topic).toBe('rejects');
  expect(JSON.parse(value!)).toMatchObject({
    source: 'kraken',
    what: 'ETH/EUR trade 7',
    text: '{"id":7}',
    why: expect.stringContaining(why),
  });
});
