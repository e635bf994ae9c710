import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { readKrakenMessage, readTradeRow } from '../../../src/sources/kraken/messages.ts';

const TRADE = {
  symbol: 'BTC/USD',
  side: 'sell',
  price: 90123.4,
  qty: 0.02,
  ord_type: 'limit',
  trade_id: 4665906,
  timestamp: '2026-11-28T10:15:22.104999Z',
};
const read = (message: object) => readKrakenMessage(JSON.stringify(message));

describe('a message of Kraken', () => {
  test('trades of several markets come by market and in order', () => {
    const data = [{ ...TRADE, trade_id: 3 }, { ...TRADE, symbol: 'ETH/USD' }, TRADE];
    const events = read({ channel: 'trade', type: 'update', data });
    expect(events).toMatchObject([
      { kind: 'trades', symbol: 'BTC/USD', isSnapshot: false, trades: [{ id: 3 }, { id: 4665906 }] },
      { kind: 'trades', symbol: 'ETH/USD' },
    ]);
    expect(events).toMatchObject([
      {
        trades: [
          {},
          { price: 90123.4, size: 0.02, side: 'sell', time: Date.parse('2026-11-28T10:15:22.104Z') },
        ],
      },
      {},
    ]);
  });

  test('a snapshot holds the newest trades', () => {
    expect(read({ channel: 'trade', type: 'snapshot', data: [TRADE] })).toMatchObject([{ isSnapshot: true }]);
  });

  test('a time with nanoseconds is cut to milliseconds', () => {
    const nanos = { ...TRADE, timestamp: '2026-11-28T10:15:22.104999999Z' };
    expect(read({ channel: 'trade', type: 'update', data: [nanos] })).toMatchObject([
      { trades: [{ time: Date.parse('2026-11-28T10:15:22.104Z') }] },
    ]);
  });

  test('Currency pair not supported concerns one market', () => {
    const error = 'Currency pair not supported FOO/USD';
    expect(read({ error, method: 'subscribe', success: false, symbol: 'FOO/USD' })).toEqual([
      { kind: 'refused', symbol: 'FOO/USD', reason: error, retries: false },
    ]);
  });

  test('Already subscribed is no failure', () => {
    const answer = { error: 'Already subscribed', method: 'subscribe', success: false, symbol: 'BTC/USD' };
    expect(read(answer)).toEqual([]);
  });

  test('Exceeded msg rate ends the connection as a rate limit', () => {
    expect(read({ Error: 'Exceeded msg rate' })).toEqual([
      { kind: 'failed', cause: 'rate limit', reason: 'Exceeded msg rate' },
    ]);
  });

  test.each([
    ['online', undefined],
    ['maintenance', 'maintenance'],
    ['cancel_only', 'cancel_only'],
    ['post_only', 'post_only'],
  ])('status %s', (system, note) => {
    expect(read({ channel: 'status', type: 'update', data: [{ system, api_version: 'v2' }] })).toEqual([
      { kind: 'state', note },
    ]);
  });

  test('heartbeats, pongs and what is new say nothing', () => {
    expect(read({ channel: 'heartbeat' })).toEqual([]);
    expect(read({ method: 'pong', req_id: 1 })).toEqual([]);
    expect(read({ channel: 'weather', data: [] })).toEqual([]);
  });

  test.each([
    ['not JSON', 'x'],
    ['a trade without an id', JSON.stringify({ channel: 'trade', data: [{ ...TRADE, trade_id: null }] })],
    ['a trade without a market', JSON.stringify({ channel: 'trade', data: [{ ...TRADE, symbol: null }] })],
  ])('%s is invalid', (_, text) => {
    expect(() => readKrakenMessage(text)).toThrow(InvalidRecord);
  });
});

describe('a row of Trades', () => {
  test('a trade of a request has the same time as the trade of the stream', () => {
    expect(readTradeRow(['90123.4', '0.02', 1795860922.104999, 's', 'l', '', 4665906])).toMatchObject({
      id: 4665906,
      time: 1795860922104,
      price: 90123.4,
      size: 0.02,
      side: 'sell',
    });
    expect(readTradeRow(['1', '1', 1795860922.105, 'b', 'm', '', 1])).toMatchObject({
      time: 1795860922105,
      side: 'buy',
    });
  });

  test('without an id is invalid', () => {
    expect(() => readTradeRow(['1', '1', 1, 'b', 'm', ''])).toThrow(InvalidRecord);
    expect(() => readTradeRow('row')).toThrow(InvalidRecord);
  });
});
