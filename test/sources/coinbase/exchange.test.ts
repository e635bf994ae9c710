import { describe, expect, test } from 'vitest';
import { idRange, stage } from '../shared/trades/harness.ts';

const setUp = () => stage('coinbase');

describe('coinbase', () => {
  test('writes a trade as a quote with size, side, id and both times', async () => {
    const { stub, desk, until, run, subscribed, clock } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC-USD');
    await until(() => desk.written('coinbase') === 1);
    const trade = stub.tapes.get('BTC-USD')!.trades[0]!;
    const [record] = desk.records;
    const last_updated = new Date(Math.floor(trade.micros / 1000)).toISOString();
    const received = JSON.parse(record!.value!).received_at;
    expect(record).toEqual({
      topic: 'prices-coinbase',
      partitionKey: 'btc',
      key: 'btc/usd@1000',
      value: JSON.stringify({
        source: 'coinbase',
        base: 'btc',
        quote: 'usd',
        price: trade.price,
        size: trade.size,
        side: trade.side,
        trade_id: '1000',
        last_updated,
        received_at: received,
      }),
      headers: { source: 'coinbase', schema: 'quote/1' },
    });
    expect(Date.parse(received)).toBeLessThanOrEqual(clock.now());
    expect(Date.parse(received)).toBeGreaterThanOrEqual(Date.parse(last_updated));
  });

  test('subscribes as soon as the connection is open, with a User-Agent', async () => {
    const { stub, run, subscribed, clock } = await setUp();
    const start = clock.now();
    run({ coins: ['btc', 'eth'] });
    await subscribed();
    expect(JSON.parse(stub.messages[0]!).product_ids).toEqual(['BTC-USD', 'ETH-USD']);
    expect(clock.now() - start).toBeLessThan(5000);
    expect(stub.requests[0]!.headers['user-agent']).toBe('cryptopipe');
  });

  test('a heartbeat with a higher last_trade_id brings the missed trades of a quiet market', async () => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC-USD');
    await until(() => desk.written('coinbase') === 1);
    stub.trade('BTC-USD', 3, true);
    await until(() => desk.written('coinbase') === 4, 5000);
    expect(desk.ids('coinbase')).toEqual(idRange(1000, 1003));
    expect(desk.gaps()).toMatchObject([{ reason: 'missed trades', backfilled: true }]);
  });

  test('a connection without a message for 5 s counts as dead', async () => {
    const { stub, desk, until, run, subscribed, turner } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC-USD');
    await until(() => desk.written('coinbase') === 1);
    turner.beats = false;
    await until(() => stub.socket.upgrades.length === 2, 8000);
    turner.beats = true;
    stub.trade('BTC-USD');
    await until(() => desk.written('coinbase') === 2 && desk.gaps().length === 1);
    expect(desk.ids('coinbase')).toEqual([1000, 1001]);
    expect(desk.gaps()).toMatchObject([{ reason: 'silent for 5s', backfilled: true }]);
  });

  test.each(['ErrSlowConsume', 'ErrSlowRead', 'Message too big'])(
    'error %s: reconnects, and nothing is missed',
    async (message) => {
      const { stub, desk, until, run, subscribed } = await setUp();
      run();
      await subscribed();
      stub.trade('BTC-USD');
      stub.say({ type: 'error', message });
      stub.trade('BTC-USD', 2);
      await until(() => desk.written('coinbase') === 3);
      expect(desk.ids('coinbase')).toEqual([1000, 1001, 1002]);
      await until(() => desk.gaps().length === 1);
      expect(desk.gaps()).toMatchObject([{ reason: message, backfilled: true }]);
    },
  );

  test('a product that is not valid any more is named, and the others are read', async () => {
    const { stub, desk, until, run } = await setUp();
    stub.unlist('ETH-USD');
    run({ coins: ['btc', 'eth'] });
    await until(() => stub.isSubscribed('BTC-USD'));
    stub.trade('BTC-USD');
    await until(() => desk.written('coinbase') === 1);
    expect(desk.warnings).toEqual([
      'coinbase: ETH-USD is not read any more: Failed to subscribe: ETH-USD is not a valid product',
    ]);
    expect(stub.socket.upgrades).toHaveLength(1);
  });

  test('when no product is valid, the source ends with a hint', async () => {
    const { stub, run, until } = await setUp();
    stub.unlist('BTC-USD');
    const ended = run();
    await until(ended.isOver);
    await expect(ended.ended).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('coinbase streams none of the markets'),
      hint: expect.stringContaining('--coin'),
    });
  });

  test('types that are new and messages that are broken do not stop the stream', async () => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run();
    await subscribed();
    stub.say({ type: 'weather' });
    stub.say('{"type":"match"');
    stub.trade('BTC-USD');
    await until(() => desk.written('coinbase') === 1);
    expect(desk.values('rejects')).toMatchObject([
      { source: 'coinbase', topic: 'prices-coinbase', text: '{"type":"match"' },
    ]);
  });

  test('a trade with a wrong field is a reject, and its number is not missed', async () => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC-USD');
    stub.say({ type: 'match', product_id: 'BTC-USD', trade_id: 1001, side: 'buy', price: '-', size: '1' });
    stub.trade('BTC-USD', 1, true);
    stub.trade('BTC-USD');
    await until(() => desk.written('coinbase') === 2);
    expect(desk.ids('coinbase')).toEqual([1000, 1002]);
    expect(desk.values('rejects')).toMatchObject([
      { what: 'BTC-USD trade 1001', why: 'its time is not a time' },
    ]);
    expect(desk.gaps()).toEqual([]);
  });

  test('404 NotFound while filling: a gap that is not backfilled, with a warning', async () => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC-USD');
    stub.next({ kind: 'answer', status: 404, body: { message: 'NotFound' } });
    stub.trade('BTC-USD', 2, true);
    stub.trade('BTC-USD');
    await until(() => desk.written('coinbase') === 2);
    expect(desk.ids('coinbase')).toEqual([1000, 1003]);
    expect(desk.gaps()).toMatchObject([{ reason: 'missed trades', backfilled: false }]);
    expect(desk.warnings[0]).toContain('NotFound');
  });

  test.each([
    ['429 Public rate limit exceeded', 429, { message: 'Public rate limit exceeded' }],
    ['403 without a User-Agent or from a blocked address', 403, { message: 'Forbidden' }],
    ['500', 500, { message: 'Internal server error' }],
  ])('%s while filling: asks again', async (_, status, body) => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC-USD');
    stub.next({ kind: 'answer', status, body }, 3);
    stub.trade('BTC-USD', 2, true);
    stub.trade('BTC-USD');
    await until(() => desk.written('coinbase') === 4);
    expect(desk.ids('coinbase')).toEqual(idRange(1000, 1003));
    expect([...desk.notes]).toContain(`coinbase: HTTP ${status}: ${body.message}, try 3 of 20`);
  });

  test.each([
    ['429', 429, { 'retry-after': '20' }, 20_000],
    ['403', 403, {}, 60_000],
    ['451', 451, {}, 60_000],
  ])('%s in place of the stream: waits, and says so', async (_, status, headers, waitMs) => {
    const { stub, desk, until, run, subscribed, clock } = await setUp();
    stub.refusal = { status, headers };
    run();
    await until(() => desk.warnings.length === 1);
    const refusedAt = clock.now();
    stub.refusal = undefined;
    await subscribed();
    expect(clock.now() - refusedAt).toBeGreaterThanOrEqual(waitMs);
    expect(desk.warnings[0]).toContain(`HTTP ${status} instead of a WebSocket`);
  });

  test('a service that is down is tried ever more slowly, with one warning', async () => {
    const { stub, desk, run, pass, subscribed } = await setUp();
    stub.refusal = { status: 503 };
    run();
    await pass(300_000);
    expect(stub.socket.upgrades.length).toBeLessThan(16);
    stub.refusal = undefined;
    await subscribed();
    expect(desk.warnings).toHaveLength(1);
  });

  test('coinbase never gets more than 10 requests a second', async () => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC-USD');
    await until(() => desk.written('coinbase') === 1);
    stub.trade('BTC-USD', 15_000, true);
    await until(() => desk.written('coinbase') === 15_001);
    const times = stub.requests.map(({ at }) => at);
    const busiest = Math.max(...times.map((at) => times.filter((t) => t >= at && t < at + 1000).length));
    expect(busiest).toBeLessThanOrEqual(10);
    expect(stub.requests.length).toBe(16);
  });
});
