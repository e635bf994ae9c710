import { describe, expect, test } from 'vitest';
import { idRange, stage } from '../shared/trades/harness.ts';

const setUp = () => stage('kraken');
const answer = (...error: string[]) => ({ kind: 'answer', status: 200, body: { error } }) as const;

describe('kraken', () => {
  test('names of its own are read as btc and doge, and asked by its names of requests', async () => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run({ coins: ['btc', 'doge'] });
    await subscribed('DOGE/USD');
    expect(JSON.parse(stub.messages[0]!).params.symbol).toEqual(['BTC/USD', 'DOGE/USD']);
    stub.trade('DOGE/USD');
    stub.trade('DOGE/USD', 2, true);
    stub.trade('DOGE/USD');
    await until(() => desk.written('kraken') === 4);
    expect(desk.records[0]).toMatchObject({ key: 'doge/usd@1000', partitionKey: 'doge' });
    expect(stub.requests.at(-1)!.query.get('pair')).toBe('XDGUSD');
  });

  test('--quote eur reads the market in euro; a coin without one is named with its currencies', async () => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run({ coins: ['btc', 'eth'], quote: 'eur' });
    await subscribed('BTC/EUR');
    stub.trade('BTC/EUR');
    await until(() => desk.written('kraken') === 1);
    expect(desk.values('prices-kraken')).toMatchObject([{ base: 'btc', quote: 'eur' }]);
    expect(desk.warnings).toEqual(['kraken has no market eth/eur, only eth in usd; it is left out']);
  });

  test('when it has none of the coins, the source ends as a usage error', async () => {
    const { run, until } = await setUp();
    const ended = run({ coins: ['foo'] });
    await until(ended.isOver);
    await expect(ended.ended).rejects.toMatchObject({ code: 'usage', message: 'kraken does not trade foo' });
  });

  test('Currency pair not supported: the other markets go on', async () => {
    const { stub, desk, until, run, subscribed } = await setUp();
    stub.unlist('ETH/USD');
    run({ coins: ['btc', 'eth'] });
    await subscribed();
    stub.trade('BTC/USD');
    await until(() => desk.written('kraken') === 1);
    expect(desk.warnings).toEqual([
      'kraken: ETH/USD is not read any more: Currency pair not supported ETH/USD',
    ]);
  });

  test('Currency pair not supported for every market: the source ends with a hint', async () => {
    const { stub, until, run } = await setUp();
    stub.unlist('BTC/USD');
    const ended = run();
    await until(ended.isOver);
    await expect(ended.ended).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('kraken streams none of the markets'),
      hint: expect.stringContaining('--coin'),
    });
  });

  test.each([
    [429, 30_000],
    [403, 600_000],
    [451, 600_000],
  ])('HTTP %i in place of the stream: waits, and says so', async (status, waitMs) => {
    const { stub, desk, until, run, subscribed, pass } = await setUp();
    stub.refusal = { status };
    run();
    await until(() => desk.warnings.length === 1);
    stub.refusal = undefined;
    await pass(waitMs - 5000);
    expect(stub.socket.upgrades).toHaveLength(1);
    await pass(waitMs / 10 + 5000);
    await subscribed();
    expect(desk.warnings[0]).toContain(`HTTP ${status} instead of a WebSocket`);
  });

  test('the snapshot of a reconnect fills what it holds without a request', async () => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC/USD');
    await until(() => desk.written('kraken') === 1);
    stub.cut(1001, 'going away');
    await until(() => !stub.isSubscribed('BTC/USD'));
    stub.trade('BTC/USD', 30);
    await until(() => desk.written('kraken') === 31);
    expect(desk.ids('kraken')).toEqual(idRange(1000, 1030));
    expect(stub.requests.map(({ path }) => path)).toEqual(['/0/public/AssetPairs']);
    expect(desk.gaps()).toMatchObject([{ reason: 'going away (1001)', backfilled: true }]);
  });

  test('a connection without a message for 10 s counts as dead', async () => {
    const { stub, desk, until, run, subscribed, turner } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC/USD');
    await until(() => desk.written('kraken') === 1);
    turner.beats = false;
    await until(() => stub.socket.upgrades.length === 2, 12_000);
    turner.beats = true;
    await until(() => desk.gaps().length === 1);
    expect(desk.gaps()).toMatchObject([{ reason: 'silent for 10s', backfilled: true }]);
  });

  test('heartbeats keep a quiet market connected', async () => {
    const { stub, run, subscribed, pass } = await setUp();
    run();
    await subscribed();
    await pass(60_000);
    expect(stub.socket.upgrades).toHaveLength(1);
  });

  test('Exceeded msg rate: reconnects after 30 s, and says so', async () => {
    const { stub, desk, until, run, subscribed, clock } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC/USD');
    await until(() => desk.written('kraken') === 1);
    stub.say({ Error: 'Exceeded msg rate' });
    await until(() => desk.warnings.length === 1);
    const at = clock.now();
    stub.trade('BTC/USD', 2);
    await until(() => desk.written('kraken') === 3);
    expect(clock.now() - at).toBeGreaterThanOrEqual(29_000);
    expect(desk.warnings).toEqual(['kraken: Exceeded msg rate; trying again in 30s']);
  });

  test('a connection that ends in maintenance is tried again every 30 s', async () => {
    const { stub, desk, until, run, subscribed, pass } = await setUp();
    run();
    await subscribed();
    stub.say({ channel: 'status', type: 'update', data: [{ system: 'maintenance' }] });
    await pass(500);
    expect([...desk.notes]).toContain('kraken: maintenance');
    stub.cut();
    await until(() => desk.warnings.length === 1);
    await pass(29_000);
    expect(stub.socket.upgrades).toHaveLength(1);
    await pass(2000);
    expect(stub.socket.upgrades).toHaveLength(2);
  });

  test('fewer than 150 connects in 10 minutes, even if each connection breaks at once', async () => {
    const { stub, run, turner, clock } = await setUp();
    run();
    const start = clock.now();
    while (clock.now() - start < 600_000) {
      await turner.pass(500, 500);
      stub.cut();
    }
    expect(stub.socket.upgrades.length).toBeGreaterThan(50);
    expect(stub.socket.upgrades.length).toBeLessThan(130);
  });

  test.each([
    ['EGeneral:Too many requests', 15_000],
    ['EAPI:Rate limit exceeded', 15_000],
    ['EService:Unavailable', 0],
    ['EService:Busy', 0],
  ])('%s with status 200 while filling: asks again', async (error, waitMs) => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC/USD');
    stub.next(answer(error));
    stub.trade('BTC/USD', 2, true);
    stub.trade('BTC/USD');
    await until(() => desk.written('kraken') === 4);
    expect(desk.ids('kraken')).toEqual(idRange(1000, 1003));
    expect([...desk.notes]).toContain(`kraken: ${error}, try 1 of 20`);
    const [first, second] = stub.requests.slice(-2);
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(waitMs);
  });

  test('EQuery:Unknown asset pair while filling: a gap that is not backfilled, with a warning', async () => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC/USD');
    stub.next(answer('EQuery:Unknown asset pair'));
    stub.trade('BTC/USD', 2, true);
    stub.trade('BTC/USD');
    await until(() => desk.written('kraken') === 2);
    expect(desk.gaps()).toMatchObject([{ reason: 'missed trades', backfilled: false }]);
    expect(desk.warnings[0]).toContain('Unknown asset pair');
  });

  test('more trades of one millisecond than a page holds are filled by the cursor', async () => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run();
    await subscribed();
    stub.trade('BTC/USD');
    await until(() => desk.written('kraken') === 1);
    stub.crowd('BTC/USD', 2200);
    stub.trade('BTC/USD');
    await until(() => desk.written('kraken') === 2202);
    expect(desk.ids('kraken')).toEqual(idRange(1000, 3201));
    expect(desk.gaps()).toMatchObject([{ backfilled: true }]);
  });

  test('kraken gets at most one request a second', async () => {
    const { stub, desk, until, run, subscribed } = await setUp();
    run({ coins: ['btc', 'eth'] });
    await subscribed();
    for (const symbol of ['BTC/USD', 'ETH/USD']) {
      stub.trade(symbol);
      stub.trade(symbol, 3000, true);
      stub.trade(symbol);
    }
    await until(() => desk.written('kraken') === 6004);
    const times = stub.requests.map(({ at }) => at);
    const waits = times.slice(1).map((at, index) => at - times[index]!);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000);
  });
});
