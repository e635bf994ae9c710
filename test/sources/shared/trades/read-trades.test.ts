import { describe, expect, test } from 'vitest';
import { type ExchangeName, idRange, stage } from './harness.ts';

describe.each<ExchangeName>(['coinbase', 'kraken'])('%s', (name) => {
  test('the first start writes only the trades after it', async () => {
    const { stub, desk, until, symbols, run, subscribed } = await stage(name);
    stub.trade(symbols.btc, 3);
    run();
    await subscribed();
    stub.trade(symbols.btc, 2);
    await until(() => desk.written(name) === 2);
    expect(desk.ids(name)).toEqual([1003, 1004]);
    expect(desk.gaps()).toEqual([]);
    expect(desk.warnings).toEqual([]);
  });

  test('trades that come again are written once', async () => {
    const { stub, desk, until, symbols, run, subscribed } = await stage(name);
    run();
    await subscribed();
    stub.trade(symbols.btc, 2);
    stub.repeat(symbols.btc, 2);
    stub.trade(symbols.btc);
    await until(() => desk.written(name) === 3);
    expect(desk.ids(name)).toEqual([1000, 1001, 1002]);
    expect(desk.counts).toEqual({ repeat: 2 });
  });

  test('a jump of the ids is filled by a request, in order, with a gap that is backfilled', async () => {
    const { stub, desk, until, symbols, run, subscribed } = await stage(name);
    run();
    await subscribed();
    stub.trade(symbols.btc);
    await until(() => desk.written(name) === 1);
    stub.trade(symbols.btc, 5, true);
    stub.trade(symbols.btc);
    await until(() => desk.written(name) === 7);
    expect(desk.ids(name)).toEqual(idRange(1000, 1006));
    expect(desk.gaps()).toMatchObject([{ source: name, reason: 'missed trades', backfilled: true }]);
  });

  test('after a disconnect, what was missed is filled and the gap is backfilled', async () => {
    const { stub, desk, until, symbols, run, subscribed } = await stage(name);
    run();
    await subscribed();
    stub.trade(symbols.btc);
    await until(() => desk.written(name) === 1);
    stub.cut();
    await until(() => !stub.isSubscribed(symbols.btc));
    stub.trade(symbols.btc, 2500);
    await until(() => desk.written(name) === 2501);
    expect(desk.ids(name)).toEqual(idRange(1000, 3500));
    expect(desk.gaps()).toMatchObject([{ reason: 'closed (1006)', backfilled: true }]);
  });

  test('a restart fills the time in which nothing ran', async () => {
    const { stub, desk, clock, until, symbols, run, subscribed } = await stage(name);
    const first = run({ coins: ['btc', 'eth'] });
    await subscribed();
    stub.trade(symbols.btc);
    stub.trade(symbols.eth);
    await until(() => desk.written(name) === 2);
    await first.stop();
    stub.trade(symbols.btc, 60);
    await clock.turn(3_600_000);
    run({ coins: ['btc', 'eth'] });
    await until(() => desk.gaps().length === 1);
    expect(desk.ids(name)).toEqual(idRange(1000, 1060));
    expect(desk.ids(name, 'eth')).toEqual([1000]);
    const [gap] = desk.gaps();
    expect(gap).toMatchObject({ reason: 'restart', backfilled: true });
    expect(Date.parse(String(gap!.to)) - Date.parse(String(gap!.from))).toBeGreaterThanOrEqual(3_600_000);
  });

  test('trades that the service does not have leave a gap that is not backfilled', async () => {
    const { stub, desk, until, symbols, run, subscribed } = await stage(name);
    run();
    await subscribed();
    stub.trade(symbols.btc, 2);
    await until(() => desk.written(name) === 2);
    stub.trade(symbols.btc, 4, true);
    stub.forget(symbols.btc, 1003, 1004);
    stub.trade(symbols.btc);
    await until(() => desk.written(name) === 5);
    expect(desk.ids(name)).toEqual([1000, 1001, 1002, 1005, 1006]);
    expect(desk.gaps()).toMatchObject([{ reason: 'missed trades', backfilled: false }]);
    expect(desk.warnings).toEqual([expect.stringContaining(`no 2 trades of ${symbols.btc}`)]);
  });

  test('a history that lags behind the stream is asked again', async () => {
    const { stub, desk, until, pass, symbols, run, subscribed } = await stage(name);
    run();
    await subscribed();
    stub.trade(symbols.btc);
    await until(() => desk.written(name) === 1);
    stub.lag = 4;
    stub.trade(symbols.btc, 3, true);
    stub.trade(symbols.btc);
    await pass(4000);
    expect(desk.ids(name)).toEqual([1000]);
    stub.lag = 0;
    await until(() => desk.written(name) === 5);
    expect(desk.gaps()).toMatchObject([{ backfilled: true }]);
    expect(desk.warnings).toEqual([]);
  });

  test('--once reads the trades from the position to now, then ends', async () => {
    const { stub, desk, until, symbols, run } = await stage(name);
    desk.once = true;
    stub.trade(symbols.btc, 3);
    const first = run();
    await until(first.isOver);
    expect(desk.ids(name)).toEqual([1002]);
    stub.trade(symbols.btc, 1500);
    const second = run();
    await until(second.isOver);
    expect(desk.ids(name)).toEqual(idRange(1002, 2502));
    expect(desk.gaps()).toMatchObject([{ reason: 'restart', backfilled: true }]);
    expect(stub.socket.upgrades).toEqual([]);
  });

  test('--since reads the history, then live, as one series', async () => {
    const { stub, desk, clock, until, symbols, run } = await stage(name);
    for (let minute = 0; minute < 90; minute++) {
      stub.trade(symbols.btc, 20);
      await clock.turn(60_000);
    }
    run({ since: clock.now() - 75 * 60_000 });
    await until(() => desk.written(name) >= 1500);
    stub.trade(symbols.btc, 2);
    await until(() => desk.written(name) >= 1502);
    expect(desk.ids(name)).toEqual(idRange(1300, 2801));
    expect(desk.warnings).toEqual([]);
  });
});
