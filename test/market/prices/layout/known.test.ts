import { describe, expect, test } from 'vitest';
import { formatTime } from '../../../../src/core/util/time.ts';
import { brief, briefRows, cells, layoutOf, objects, PAIR, rowsOf, table } from './table.ts';

/** What a description says behind the file's name. */
const what = (sample: Parameters<typeof layoutOf>[0], settings = PAIR): string =>
  layoutOf(sample, settings).description.replace(/^[^:]*: /, '');

describe('klines of Binance', () => {
  const KLINES = `1609459200000,28923.63000000,29031.34000000,28690.17000000,28995.13000000,2311.81144500,1609462799999,66768830.34010700,58389,1215.25443200,35103542.78288100,0
1609462800000,28995.13000000,29470.00000000,28960.35000000,29409.99000000,5403.06847100,1609466399999,158357816.67200500,103896,3098.86001500,90828580.59498900,0`;

  test('klines of Binance without a header are known by their columns, and the name tells the pair', () => {
    const sample = table(cells(KLINES), 'data/BTCUSDT-1h-2021-01.csv');
    const layout = layoutOf(sample);
    expect(layout).toMatchObject({ name: 'binance klines', kind: 'bars', skipRows: 0, interval: '1h' });
    expect(layout.description).toBe(
      'data/BTCUSDT-1h-2021-01.csv: 1h bars of btc/usdt, oldest first, 2021-01-01 00:00 to 2021-01-01 01:00, volume, quote volume, trades, pair from its name',
    );
    expect(rowsOf(sample)[0]).toEqual({
      kind: 'bar',
      base: 'btc',
      quote: 'usdt',
      start: Date.UTC(2021, 0, 1),
      end: Date.UTC(2021, 0, 1, 1),
      open: 28923.63,
      high: 29031.34,
      low: 28690.17,
      close: 28995.13,
      volume: 2311.811445,
      quoteVolume: 66768830.340107,
      trades: 58389,
      marketCap: undefined,
      widened: false,
      source: undefined,
    });
  });

  test('klines of Binance may have the header of futures, and times of one file in ms and µs', () => {
    const text = `open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_base,taker_buy_quote,ignore
1735689540000,93610.00,93620.00,93548.00,93576.00,4.2,1735689599999,0,1,0,0,0
1735689600000000,93576.00,93610.93,93537.50,93610.93,8.21827,1735689659999999,0,1,0,0,0`;
    expect(briefRows(table(cells(text)), PAIR)).toEqual([
      '2024-12-31T23:59..2025-01-01T00:00 93610/93620/93548/93576',
      '2025-01-01T00:00..2025-01-01T00:01 93576/93610.93/93537.5/93610.93',
    ]);
  });

  test('one row tells its length by its time of closing', () => {
    expect(what(table([cells(KLINES)[0]!]))).toMatch(
      /^1h bars of btc\/usdt, oldest first, 2021-01-01 00:00, /,
    );
  });
});

describe('trades of Binance', () => {
  const SPOT = `3345678901,42283.58000000,0.00120000,3336000001,3336000001,1704067200012,True,True
3345678902,42283.59000000,0.01500000,3336000002,3336000003,1704067200450,False,True`;

  test('aggTrades without a header', () => {
    const sample = table(cells(SPOT), 'ETHUSDT-aggTrades-2024-01-01.csv');
    expect(layoutOf(sample).name).toBe('binance aggTrades');
    expect(rowsOf(sample)[0]).toEqual({
      kind: 'tick',
      base: 'eth',
      quote: 'usdt',
      time: 1704067200012,
      price: 42283.58,
      size: 0.0012,
      side: 'sell',
      tradeId: '3345678901',
      marketCap: undefined,
      volume24h: undefined,
      source: undefined,
      others: undefined,
    });
  });

  test('aggTrades of futures, with a header or without', () => {
    const rows = cells(SPOT).map((row) => row.slice(0, 7));
    const header = 'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker';
    expect(rowsOf(table([header.split(','), ...rows]), PAIR)).toEqual(rowsOf(table(rows), PAIR));
  });

  test('trades of spot (7 columns) and futures (6), with a header or without', () => {
    const spot = cells(
      '8,42283.58,0.0012,50.74,1704067200012,False,True\n9,42283.59,1,42283.59,1704067200012,True,True',
    );
    const futures = spot.map((row) => row.slice(0, 6));
    const header = 'id,price,qty,quote_qty,time,is_buyer_maker'.split(',');
    for (const rows of [spot, futures, [header, ...futures]])
      expect(rowsOf(table(rows), PAIR)).toMatchObject([
        { time: 1704067200012, price: 42283.58, size: 0.0012, side: 'buy', tradeId: '8' },
        { time: 1704067200012, price: 42283.59, size: 1, side: 'sell', tradeId: '9' },
      ]);
  });

  test('aggTrades of the REST service by their letters', () => {
    const sample = objects([
      { a: 26129, p: '0.01633102', q: '4.70443515', f: 27781, l: 27781, T: 1498793709153, m: true, M: true },
    ]);
    expect(rowsOf(sample, PAIR)).toMatchObject([
      { kind: 'tick', time: 1498793709153, price: 0.01633102, size: 4.70443515, side: 'sell' },
    ]);
  });
});

describe('Kraken', () => {
  test('OHLCVT: the name tells pair and length in minutes', () => {
    const sample = table(
      cells('1381017600,122.0,122.0,122.0,122.0,0.1,1\n1381104000,123.61,123.61,123.61,123.61,0.1,1'),
      'XBTUSD_1440.csv',
    );
    expect(layoutOf(sample).description).toContain(
      ': 1d bars of btc/usd, oldest first, 2013-10-06 to 2013-10-07, volume, trades',
    );
  });

  test('a market that seldom trades has no row for most minutes: the name tells', () => {
    const sample = table(
      cells('1381017600,1,1,1,1,0.1,1\n1381021200,1,1,1,1,0.1,1\n1381024800,1,1,1,1,0.1,1'),
      'ADAEUR_1.csv',
    );
    expect(layoutOf(sample)).toMatchObject({ interval: '1m', order: 'oldest first' });
  });

  test('trades', () => {
    const sample = table(
      cells('1381095255,122.0,0.1\n1381179030,123.61,0.1\n1688671834.1389,30500.1,1.0'),
      'XBTUSD.csv',
    );
    expect(layoutOf(sample).name).toBe('kraken trades');
    expect(rowsOf(sample)).toMatchObject([
      { base: 'btc', quote: 'usd', time: 1381095255000, price: 122, size: 0.1 },
      { time: 1381179030000 },
      { time: 1688671834139, price: 30500.1, size: 1 },
    ]);
  });

  test('answers of OHLC have the mean price beside the volume', () => {
    const row = [1688671200, '30306.1', '30306.2', '30305.7', '30305.7', '30306.1', '3.39243896', 23];
    expect(rowsOf(table([row, [1688671260, ...row.slice(1)]]), PAIR)[0]).toMatchObject({
      volume: 3.39243896,
      trades: 23,
      close: 30305.7,
    });
  });
});

describe('arrays of arrays', () => {
  test('freqtrade, ccxt and Bitstamp: time, open, high, low, close, volume', () => {
    const rows = [
      [1609459200000, 28923.63, 29031.34, 28690.17, 28995.13, 2311.811445],
      [1609462800000, 28995.13, 29470.0, 28960.35, 29409.99, 5403.068471],
    ];
    expect(what(table(rows, 'BTC_USDT.json'))).toBe(
      '1h bars of btc/usdt, oldest first, 2021-01-01 00:00 to 2021-01-01 01:00, volume',
    );
    expect(rowsOf(table(rows), PAIR)[1]).toMatchObject({
      open: 28995.13,
      high: 29470,
      low: 28960.35,
      close: 29409.99,
      volume: 5403.068471,
    });
  });

  test('Coinbase: time, low, high, open, close, volume, newest first', () => {
    const rows = [
      [1704070800, 42390.1, 42888, 42452.7, 42659.6, 10.2],
      [1704067200, 42261, 42554.6, 42280.2, 42452.7, 12.1],
    ];
    expect(layoutOf(table(rows), PAIR)).toMatchObject({ name: 'coinbase candles', order: 'newest first' });
    expect(briefRows(table(rows), PAIR)[1]).toBe(
      '2024-01-01T00:00..2024-01-01T01:00 42280.2/42554.6/42261/42452.7',
    );
  });

  test('Bitfinex: time, open, close, high, low, volume', () => {
    const rows = [
      [1704067200000, 42280.2, 42452.7, 42554.6, 42261, 12.1],
      [1704070800000, 42452.7, 42659.6, 42888, 42390.1, 10.2],
    ];
    expect(briefRows(table(rows), PAIR)[0]).toBe(
      '2024-01-01T00:00..2024-01-01T01:00 42280.2/42554.6/42261/42452.7',
    );
  });

  test('OKX, Bybit and KuCoin: the second volume is in the quote currency', () => {
    const [okx, bybit, kucoin] = [
      ['1704067200000', '42280', '42554', '42261', '42452', '12', '12', '508800', '1'],
      ['1704067200000', '42280', '42554', '42261', '42452', '12', '508800'],
      ['1704067200', '42280', '42452', '42554', '42261', '12', '508800'],
    ];
    for (const row of [okx, bybit, kucoin]) {
      const next = [String(Number(row![0]) + (row![0]!.length > 10 ? 60_000 : 60)), ...row!.slice(1)];
      expect(rowsOf(table([row!, next]), PAIR)[0]).toMatchObject({
        open: 42280,
        high: 42554,
        low: 42261,
        close: 42452,
        volume: 12,
        quoteVolume: 508800,
      });
    }
  });

  test('trades of freqtrade', () => {
    const rows = [
      [1704067200012, '1001', null, 'sell', 42283.58, 0.0012, 50.7],
      [1704067200450, '1002', null, 'buy', 42283.59, 0.015, 634.2],
    ];
    expect(rowsOf(table(rows), PAIR)).toMatchObject([
      { side: 'sell', price: 42283.58, size: 0.0012, tradeId: '1001' },
      { side: 'buy' },
    ]);
  });
});

describe('downloads', () => {
  test('CryptoDataDownload: an address first, newest first, s and ms, volumes named by currency', () => {
    const text = `https://www.CryptoDataDownload.com
unix,date,symbol,open,high,low,close,Volume BTC,Volume USDT,tradecount
1623283200000,2021-06-10 00:00:00,BTC/USDT,37388.05,37600,37254.05,37584.76,798.2,29889500.4,10796
1623279600,2021-06-09 23:00:00,BTC/USDT,37098.31,37534.79,36960,37388.05,4701.4,175453443.0,84055`;
    const sample = table(cells(text));
    expect(layoutOf(sample)).toMatchObject({
      name: 'cryptodatadownload',
      skipRows: 2,
      order: 'newest first',
      interval: '1h',
    });
    expect(rowsOf(sample)).toMatchObject([
      {
        start: Date.UTC(2021, 5, 10),
        base: 'btc',
        quote: 'usdt',
        volume: 798.2,
        quoteVolume: 29889500.4,
        trades: 10796,
      },
      { start: Date.UTC(2021, 5, 9, 23) },
    ]);
  });

  test('CryptoDataDownload of a day, with hours of a twelve-hour clock', () => {
    const text = `Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USD
2018-01-01 12-AM,BTCUSD,13880,14000,13800,13900,1,13900
2017-12-31 11-PM,BTCUSD,13700,13900,13600,13880,2,27600`;
    expect(briefRows(table(cells(text)))).toEqual([
      '2018-01-01T00:00..2018-01-01T01:00 13880/14000/13800/13900',
      '2017-12-31T23:00..2018-01-01T00:00 13700/13900/13600/13880',
    ]);
  });

  test('CoinMarketCap: bars from timeOpen, their volume in dollars, their market cap', () => {
    const text = `timeOpen;timeClose;timeHigh;timeLow;name;open;high;low;close;volume;marketCap;circulatingSupply;timestamp
"2024-01-02T00:00:00.000Z";"2024-01-02T23:59:59.999Z";"2024-01-02T01:00:00.000Z";"2024-01-02T02:00:00.000Z";"2781";44187.14;45899.70;44176.94;44957.96;39335274535.71;880601234567.8;19588956;"2024-01-02T23:59:59.999Z"
"2024-01-01T00:00:00.000Z";"2024-01-01T23:59:59.999Z";"2024-01-01T01:00:00.000Z";"2024-01-01T02:00:00.000Z";"2781";42280.23;44175.43;42214.97;44167.33;18426978442.6;865100000000;19588000;"2024-01-01T23:59:59.999Z"`;
    const sample = table(cells(text, ';'), 'Bitcoin_1.1.2024-2.1.2024_historical_data_coinmarketcap.csv');
    expect(layoutOf(sample, { base: 'btc', quote: 'usd' })).toMatchObject({
      name: 'coinmarketcap',
      interval: '1d',
      order: 'newest first',
    });
    expect(rowsOf(sample, { base: 'btc', quote: 'usd' })[1]).toMatchObject({
      start: Date.UTC(2024, 0, 1),
      end: Date.UTC(2024, 0, 2),
      close: 44167.33,
      volume: undefined,
      quoteVolume: 18426978442.6,
      marketCap: 865100000000,
    });
  });

  test('CoinGecko: prices with market caps and volumes of 24 h', () => {
    const text = `snapped_at,price,market_cap,total_volume
2015-03-29 00:00:00 UTC,241.9136999999999,3384336375.9449987,84472855.7931449
2015-03-30 00:00:00 UTC,246.5418,,96641741.12450412`;
    const sample = table(cells(text), 'btc-usd-max.csv');
    expect(layoutOf(sample, PAIR)).toMatchObject({ name: 'coingecko', kind: 'ticks' });
    expect(rowsOf(sample, PAIR)).toMatchObject([
      {
        time: Date.UTC(2015, 2, 29),
        price: 241.9136999999999,
        marketCap: 3384336375.9449987,
        volume24h: 84472855.7931449,
      },
      { time: Date.UTC(2015, 2, 30), marketCap: undefined },
    ]);
  });

  test('Yahoo: a null day is rejected; the volume of a coin is in the quote currency', () => {
    const text = `Date,Open,High,Low,Close,Adj Close,Volume
2020-10-08,10677.625,10939.799805,10569.823242,10923.62793,10923.62793,21962121001
2020-10-09,null,null,null,null,null,null
2020-10-10,11059.142578,11442.210938,11056.94043,11296.361328,11296.361328,22877978588`;
    const rows = rowsOf(table(cells(text)), PAIR);
    expect(rows.map(brief)).toEqual([
      '2020-10-08T00:00..2020-10-09T00:00 10677.625/10939.799805/10569.823242/10923.62793',
      "open: 'null' is not a positive number",
      '2020-10-10T00:00..2020-10-11T00:00 11059.142578/11442.210938/11056.94043/11296.361328',
    ]);
    expect(rows[0]).toMatchObject({ volume: undefined, quoteVolume: 21962121001 });
    const stock = rowsOf(table(cells(text)), { base: 'aapl', quote: 'usd' });
    expect(stock[0]).toMatchObject({ volume: 21962121001, quoteVolume: undefined });
  });

  test('yfinance: three lines of header, whose ticker is the pair', () => {
    const text = `Price,Close,High,Low,Open,Volume
Ticker,BTC-USD,BTC-USD,BTC-USD,BTC-USD,BTC-USD
Date,,,,,
2024-01-01,44167.33203125,44175.4375,42214.9765625,42280.234375,18426978443
2024-01-02,44957.96875,45899.70703125,44176.94921875,44187.140625,39335274536`;
    const sample = table(cells(text));
    expect(layoutOf(sample).description).toContain(
      ': 1d bars of btc/usd, oldest first, 2024-01-01 to 2024-01-02, quote volume',
    );
    expect(briefRows(sample)[0]).toBe(
      '2024-01-01T00:00..2024-01-02T00:00 42280.234375/44175.4375/42214.9765625/44167.33203125',
    );
  });

  test('investing.com: the price is the close, months before days, volumes in thousands', () => {
    const text = `"Date","Price","Open","High","Low","Vol.","Change %"
"01/13/2024","42,836.1","44,943.7","45,492.7","40,888.3","117.65K","-4.69%"
"01/12/2024","44,943.7","44,183.4","45,885.4","44,166.0","1.04M","1.72%"
"01/11/2024","44,183.4","42,272.5","44,187.0","42,196.7","-","4.53%"`;
    const rows = rowsOf(table(cells(text)), PAIR);
    expect(rows.map(brief)).toEqual([
      '2024-01-13T00:00..2024-01-14T00:00 44943.7/45492.7/40888.3/42836.1',
      '2024-01-12T00:00..2024-01-13T00:00 44183.4/45885.4/44166/44943.7',
      '2024-01-11T00:00..2024-01-12T00:00 42272.5/44187/42196.7/44183.4',
    ]);
    expect(rows).toMatchObject([{ volume: 117650 }, { volume: 1040000 }, { volume: undefined }]);
  });

  test('Alpaca: t, o, h, l, c, v, n, vw', () => {
    const text = `t,o,h,l,c,v,n,vw
2024-01-01T00:00:00Z,42280.2,42554.6,42261.0,42452.7,12.1,300,42400.1
2024-01-01T01:00:00Z,42452.7,42813.0,42423.1,42659.6,10.2,280,42600.2`;
    expect(layoutOf(table(cells(text)), PAIR).name).toBe('alpaca bars');
    expect(rowsOf(table(cells(text)), PAIR)[0]).toMatchObject({
      start: Date.UTC(2024, 0, 1),
      volume: 12.1,
      trades: 300,
    });
  });

  test('stooq: names in brackets, days and times without signs, minutes in a column', () => {
    const text = `<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>
BTCUSD,5,20240101,000000,42283.5,42300,42200,42250,0,0
BTCUSD,5,20240101,001500,42250,42260,42240,42245,0,0`;
    const sample = table(cells(text));
    expect(layoutOf(sample)).toMatchObject({ name: 'stooq', interval: '5m' });
    expect(briefRows(sample)[1]).toBe('2024-01-01T00:15..2024-01-01T00:20 42250/42260/42240/42245');
  });

  test('MetaTrader 5: tabs, points in the day', () => {
    const text = `<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>
2024.01.01\t00:00:00\t42283.5\t42300\t42200\t42250\t120\t3\t5
2024.01.01\t00:01:00\t42250\t42260\t42240\t42245\t80\t2\t5`;
    const sample = table(cells(text, '\t'));
    expect(layoutOf(sample, PAIR)).toMatchObject({ name: 'metatrader', interval: '1m' });
    expect(rowsOf(sample, PAIR)[0]).toMatchObject({
      volume: 3,
      trades: undefined,
      start: Date.UTC(2024, 0, 1),
    });
  });

  test('MetaTrader 4 has no header', () => {
    const sample = table(
      cells('2024.01.01,00:00,1.1,1.2,1.0,1.15,120\n2024.01.01,00:01,1.15,1.16,1.1,1.12,80'),
    );
    expect(briefRows(sample, PAIR)[1]).toBe('2024-01-01T00:01..2024-01-01T00:02 1.15/1.16/1.1/1.12');
  });

  test('Tardis: microseconds; its symbols are no pairs, so one is taken', () => {
    const text = `exchange,symbol,timestamp,local_timestamp,id,side,price,amount
deribit,BTC-PERPETUAL,1709251200023000,1709251200027124,286540181,sell,61130.5,1000
deribit,ETH-PERPETUAL,1709251201511000,1709251201515412,286540190,buy,3340.25,150`;
    const one = { ...PAIR, symbol: 'BTC-PERPETUAL' };
    expect(layoutOf(table(cells(text)), one).name).toBe('tardis trades');
    expect(rowsOf(table(cells(text)), one)).toMatchObject([
      {
        time: 1709251200023,
        price: 61130.5,
        size: 1000,
        side: 'sell',
        tradeId: '286540181',
        source: 'deribit',
      },
      undefined,
    ]);
  });

  test('cryptofeed: float seconds', () => {
    const sample = objects([
      {
        exchange: 'COINBASE',
        symbol: 'BTC-USD',
        side: 'sell',
        amount: 0.01,
        price: 42280.2,
        id: '1',
        timestamp: 1704067200.123,
        receipt_timestamp: 1704067200.2,
      },
      {
        exchange: 'COINBASE',
        symbol: 'BTC-USD',
        side: 'buy',
        amount: 0.02,
        price: 42281,
        id: '2',
        timestamp: 1704067201.5,
        receipt_timestamp: 1704067201.6,
      },
    ]);
    expect(layoutOf(sample)).toMatchObject({ name: 'cryptofeed trades', kind: 'ticks' });
    expect(rowsOf(sample)).toMatchObject([
      {
        time: 1704067200123,
        base: 'btc',
        quote: 'usd',
        price: 42280.2,
        size: 0.01,
        side: 'sell',
        source: 'coinbase',
      },
      { time: 1704067201500, side: 'buy' },
    ]);
  });

  test('trades of ccxt', () => {
    const sample = objects([
      {
        id: '1001',
        timestamp: 1704067200012,
        datetime: '2024-01-01T00:00:00.012Z',
        symbol: 'BTC/USDT',
        side: 'sell',
        price: 42283.58,
        amount: 0.0012,
      },
    ]);
    expect(layoutOf(sample)).toMatchObject({ name: 'ccxt trades', kind: 'ticks' });
    expect(rowsOf(sample)).toMatchObject([
      { time: 1704067200012, base: 'btc', quote: 'usdt', tradeId: '1001', size: 0.0012 },
    ]);
  });

  test('G-Research: several assets by number; one of them is taken', () => {
    const text = `timestamp,Asset_ID,Count,Open,High,Low,Close,Volume,VWAP,Target
1514764860,0,5.0,8.53,8.53,8.53,8.53,78.38,8.53,-0.014399
1514764860,1,229.0,13835.194,14013.8,13666.11,13850.176,31.550062,13827.062093,-0.014643
1514764920,0,7.0,8.53,8.53,8.514500,8.5145,71.39,8.520215,-0.015875
1514764920,1,235.0,13835.036,14052.3,13680,13828.102,31.046432,13840.362591,-0.015037`;
    const sample = table(cells(text));
    const one = { base: 'btc', quote: 'usd', symbol: '1' };
    expect(layoutOf(sample, one).description).toContain(
      ': 1m bars of btc/usd, oldest first, 2018-01-01 00:01 to',
    );
    expect(briefRows(sample, one)).toEqual([
      'nothing',
      '2018-01-01T00:01..2018-01-01T00:02 13835.194/14013.8/13666.11/13850.176',
      'nothing',
      '2018-01-01T00:02..2018-01-01T00:03 13835.036/14052.3/13680/13828.102',
    ]);
  });

  test('Bitstamp: bars by name and trades with 0 for a buy', () => {
    const bars = objects([
      { close: '42452', high: '42554', low: '42261', open: '42280', timestamp: '1704067200', volume: '12.1' },
      { close: '42659', high: '42888', low: '42390', open: '42452', timestamp: '1704070800', volume: '10.2' },
    ]);
    expect(what(bars)).toBe(
      '1h bars of btc/usdt, oldest first, 2024-01-01 00:00 to 2024-01-01 01:00, volume',
    );
    const trades = objects([{ date: '1704067200', tid: '311', amount: '0.5', type: '1', price: '42280' }]);
    expect(rowsOf(trades, PAIR)).toMatchObject([{ side: 'sell', size: 0.5, tradeId: '311' }]);
  });

  test('CoinAPI, Upbit and Dukascopy by their names', () => {
    const coinapi = `time_period_start;time_period_end;price_open;price_high;price_low;price_close;volume_traded;trades_count
2024-01-01T00:00:00.0000000Z;2024-01-01T01:00:00.0000000Z;1;2;0.5;1.5;7;3`;
    expect(rowsOf(table(cells(coinapi, ';')), PAIR)[0]).toMatchObject({
      end: Date.UTC(2024, 0, 1, 1),
      volume: 7,
      trades: 3,
    });
    const dukascopy = `Gmt time,Open,High,Low,Close,Volume
01.02.2024 00:00:00.000,1,2,0.5,1.5,7
01.02.2024 01:00:00.000,1.5,2,0.5,1.5,7`;
    expect(briefRows(table(cells(dukascopy)), PAIR)[0]).toBe(
      '2024-02-01T00:00..2024-02-01T01:00 1/2/0.5/1.5',
    );
    const upbit = objects([
      {
        market: 'KRW-BTC',
        candle_date_time_utc: '2024-01-01T00:00:00',
        candle_date_time_kst: '2024-01-01T09:00:00',
        opening_price: 57000000,
        high_price: 57100000,
        low_price: 56900000,
        trade_price: 57050000,
        timestamp: 1704067259999,
        candle_acc_trade_price: 570500000,
        candle_acc_trade_volume: 10,
        unit: 1,
      },
    ]);
    expect(rowsOf(upbit, { base: 'btc', quote: 'krw', intervalMs: 60_000 })[0]).toMatchObject({
      start: Date.UTC(2024, 0, 1),
      close: 57050000,
      volume: 10,
      quoteVolume: 570500000,
    });
  });

  test('Poloniex calls the volume in coins quoteVolume: the prices tell which is which', () => {
    const text = `date,high,low,open,close,volume,quoteVolume,weightedAverage
1704067200,42300,42200,42250,42280,845000,20,42250
1704067500,42320,42250,42280,42300,422900,10,42290`;
    expect(rowsOf(table(cells(text)), PAIR)[0]).toMatchObject({ volume: 20, quoteVolume: 845000 });
  });

  test('BitMEX and Bybit trades: a size in coins, a D before the time of day', () => {
    const text = `timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional
2024-01-01D00:00:06.123456000,XBTUSD,Buy,100,42250,PlusTick,a-b-c,236686,0.00236686,100`;
    expect(rowsOf(table(cells(text)))).toMatchObject([
      {
        time: Date.UTC(2024, 0, 1, 0, 0, 6, 123),
        base: 'btc',
        quote: 'usd',
        price: 42250,
        size: 0.00236686,
        side: 'buy',
        tradeId: 'a-b-c',
      },
    ]);
  });

  test('minutes of Kaggle: NaN where nothing was traded, volumes in brackets', () => {
    const text = `Timestamp,Open,High,Low,Close,Volume_(BTC),Volume_(Currency),Weighted_Price
1325317920,4.39,4.39,4.39,4.39,0.45558087,2.0000000193,4.39
1325317980,NaN,NaN,NaN,NaN,NaN,NaN,NaN
1325318040.0,4.4,4.4,4.4,4.4,1,4.4,4.4`;
    expect(rowsOf(table(cells(text)), PAIR)).toMatchObject([
      { volume: 0.45558087, quoteVolume: 2.0000000193 },
      "open: 'NaN' is not a positive number",
      { end: 1325318100000 },
    ]);
  });

  test('times and prices without a header', () => {
    expect(briefRows(table(cells('2024-01-01 00:00:00,42283.58\n2024-01-02 00:00:00,42299')), PAIR)[0]).toBe(
      '2024-01-01T00:00:00.000 42283.58',
    );
  });

  test('our own candles and bars', () => {
    const candle = {
      coin: 'btc',
      quote: 'usdt',
      window: '10m',
      window_start: '2024-01-01T00:00:00.000Z',
      window_end: '2024-01-01T00:10:00.000Z',
      open: 1,
      high: 2,
      low: 0.5,
      close: 1.5,
      mean: 1.2,
      samples: 4,
      first_time: '2024-01-01T00:00:01.000Z',
      last_time: '2024-01-01T00:09:01.000Z',
      revision: 1,
      final: true,
    };
    expect(rowsOf(objects([candle]))).toMatchObject([
      { base: 'btc', quote: 'usdt', start: Date.UTC(2024, 0, 1), end: Date.UTC(2024, 0, 1, 0, 10) },
    ]);
    const bar = {
      source: 'file',
      base: 'btc',
      quote: 'usdt',
      open: 1,
      high: 2,
      low: 0.5,
      close: 1.5,
      volume: 3,
      quote_volume: 4,
      trades: 5,
      start: '2024-01-01T00:00:00.000Z',
      end: '2024-01-01T00:05:00.000Z',
      final: true,
    };
    const [row] = rowsOf(objects([bar]));
    expect(row).toMatchObject({ source: 'file', volume: 3, quoteVolume: 4, trades: 5 });
    expect(formatTime((row as { end: number }).end)).toBe(bar.end);
  });
});
