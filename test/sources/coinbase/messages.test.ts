import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { coinbaseSubscription, readCoinbaseMessage } from '../../../src/sources/coinbase/messages.ts';

const MATCH = {
  type: 'match',
  trade_id: 912345678,
  maker_order_id: 'ac928c66-ca53-498f-9c13-a110027a60e8',
  taker_order_id: '132fb6ae-456b-4654-b4e0-d681ac05cea1',
  side: 'sell',
  size: '0.00512000',
  price: '90123.45',
  product_id: 'BTC-USD',
  sequence: 50,
  time: '2026-11-28T10:15:22.104233Z',
};
const read = (message: object) => readCoinbaseMessage(JSON.stringify(message));

describe('a message of Coinbase', () => {
  test("a match is a trade, with the taker's side", () => {
    expect(read(MATCH)).toMatchObject([
      {
        kind: 'trades',
        symbol: 'BTC-USD',
        isSnapshot: false,
        trades: [
          {
            id: 912345678,
            price: 90123.45,
            size: 0.00512,
            side: 'buy',
            time: Date.parse('2026-11-28T10:15:22.104Z'),
          },
        ],
      },
    ]);
    expect(read({ ...MATCH, side: 'buy' })).toMatchObject([{ trades: [{ side: 'sell' }] }]);
  });

  test('last_match tells the newest trade at the subscription', () => {
    expect(read({ ...MATCH, type: 'last_match' })).toMatchObject([{ kind: 'trades', isSnapshot: true }]);
  });

  test('a heartbeat tells the id of the newest trade', () => {
    const heartbeat = { type: 'heartbeat', sequence: 90, last_trade_id: 20, product_id: 'BTC-USD' };
    expect(read(heartbeat)).toEqual([{ kind: 'heartbeat', symbol: 'BTC-USD', lastId: 20 }]);
  });

  test('types that are new say nothing', () => {
    expect(read({ type: 'subscriptions', channels: [] })).toEqual([]);
    expect(read({ type: 'auction', product_id: 'BTC-USD' })).toEqual([]);
    expect(read({})).toEqual([]);
  });

  test('Failed to subscribe names the product', () => {
    const error = { type: 'error', message: 'Failed to subscribe', reason: 'FOO-USD is not a valid product' };
    expect(read(error)).toEqual([
      {
        kind: 'refused',
        symbol: 'FOO-USD',
        reason: 'Failed to subscribe: FOO-USD is not a valid product',
        retries: true,
      },
    ]);
  });

  test('Failed to subscribe without a product ends the connection', () => {
    const reason = 'You need to specify at least one product ID for channel heartbeat';
    expect(read({ type: 'error', message: 'Failed to subscribe', reason })).toEqual([
      { kind: 'failed', cause: 'connection', reason: `Failed to subscribe: ${reason}` },
    ]);
  });

  test.each([
    ['ErrSlowConsume', 'connection'],
    ['ErrSlowRead', 'connection'],
    ['Message too big', 'connection'],
    ['Public rate limit exceeded', 'rate limit'],
  ])('error %s ends the connection', (message, cause) => {
    expect(read({ type: 'error', message })).toEqual([{ kind: 'failed', cause, reason: message }]);
  });

  test.each([
    ['not JSON', '{'],
    ['an array', '[]'],
    ['a match without an id', JSON.stringify({ ...MATCH, trade_id: undefined })],
    ['a match without a product', JSON.stringify({ ...MATCH, product_id: 7 })],
    ['a heartbeat without an id', '{"type":"heartbeat","product_id":"BTC-USD","last_trade_id":"x"}'],
  ])('%s is invalid', (_, text) => {
    expect(() => readCoinbaseMessage(text)).toThrow(InvalidRecord);
  });

  test('wrong fields of a trade with an id are left to its record', () => {
    const wrong = { ...MATCH, price: 'x', time: 7, side: 'both' };
    expect(read(wrong)).toMatchObject([
      { trades: [{ price: Number.NaN, time: Number.NaN, side: undefined }] },
    ]);
  });

  test('a subscription names the products and both channels', () => {
    expect(JSON.parse(coinbaseSubscription(['BTC-USD']))).toEqual({
      type: 'subscribe',
      product_ids: ['BTC-USD'],
      channels: ['matches', 'heartbeat'],
    });
  });
});
