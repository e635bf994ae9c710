import { describe, expect, test } from 'vitest';
import { restoreLayout } from '../../../../src/market/prices/layout/open-layout.ts';
import {
  brief,
  briefRows,
  cells,
  LATEST,
  layoutOf,
  objects,
  PAIR,
  problemsOf,
  rowsOf,
  table,
} from './table.ts';

const BARS = `time,open,high,low,close
2024-01-01T00:00:00Z,1,2,0.5,1.5
2024-01-01T00:05:00Z,1.5,2,1,1`;
const FIRST = '2024-01-01T00:00..2024-01-01T00:05 1/2/0.5/1.5';

describe('the header', () => {
  test.each([
    ['in any case, with blanks and brackets', BARS.replace('time,open', '<Time>, OPEN ')],
    ['below an address', `https://example.com/data\n${BARS}`],
    ['below comments and an empty row', `# made on a day\n# by x,y\n\n${BARS}`],
    ['with columns that mean nothing', BARS.replaceAll(/$/gm, ',x').replace('close,x', 'close,Note')],
    ['with an index before it', BARS.replaceAll(/^/gm, '7,').replace('7,time', ',time')],
    [
      'in another order',
      BARS.split('\n')
        .map((line) => line.split(',').toReversed().join(','))
        .join('\n'),
    ],
    [
      'again in the middle of the data',
      BARS.replace('\n2024-01-01T00:05', '\ntime,open,high,low,close\n2024-01-01T00:05'),
    ],
    ['with an empty cell past each row', BARS.replaceAll('\n', ',\n')],
  ])('%s', (_, text) => {
    expect(briefRows(table(cells(text)), PAIR).filter((row) => row !== 'nothing')[0]).toBe(FIRST);
  });

  test('a header may lack the name of its index of times, as pandas writes it', () => {
    expect(briefRows(table(cells(BARS.replace('time,', ','))), PAIR)[0]).toBe(FIRST);
    const numbered = `,unix,open,high,low,close\n0,1704067200,1,2,0.5,1.5\n1,1704067500,1.5,2,1,1`;
    expect(briefRows(table(cells(numbered)), PAIR)[0]).toBe(FIRST);
  });

  test('a header may number its names', () => {
    const text = BARS.replace(
      'time,open,high,low,close',
      'timestamp,1a. open (USD),2a. high (USD),3a. low (USD),4a. close (USD)',
    );
    expect(briefRows(table(cells(text)), PAIR)[0]).toBe(FIRST);
  });

  test('a repeated header and empty rows are no data and no fault', () => {
    const text = BARS.replace(
      '\n2024-01-01T00:05',
      '\n,,,,\nhttps://example.com\ntime,open,high,low,close\n\n2024-01-01T00:05',
    );
    expect(rowsOf(table(cells(text)), PAIR).map(brief)).toEqual([
      FIRST,
      'nothing',
      'nothing',
      'nothing',
      'nothing',
      expect.stringContaining('00:05'),
    ]);
  });

  test('a row of another width is rejected', () => {
    expect(
      briefRows(
        table(cells(`${BARS}\n2024-01-01T00:10:00Z,1,2\n2024-01-01T00:10:00Z,1,2,1,1,7`)),
        PAIR,
      ).slice(2),
    ).toEqual(['3 fields, but the header has 5', '6 fields, but the header has 5']);
  });

  test('a header without known names is a problem that lists them', () => {
    expect(problemsOf(table(cells('when,what\n1,2')), PAIR)).toEqual([
      'columns found: when,what; needed: timestamp,open,high,low,close or time,price: name them with --columns, as --columns time=when',
    ]);
    expect(problemsOf(table(cells('time,open,high,low\n1704067200,1,2,1')), PAIR)).toEqual([
      'columns found: time,open,high,low; close missing: name it with --columns close=NAME, or read single prices with --file-format ticks --columns price=NAME',
    ]);
  });

  test('a close without open, high and low is no price at that time', () => {
    const sample = table(cells('Date,Close\n2024-01-01,5\n2024-01-02,6'));
    expect(problemsOf(sample, PAIR)[0]).toContain('columns found: Date,Close; needed:');
    expect(briefRows(sample, { ...PAIR, columns: { price: 'Close' } })[0]).toBe('2024-01-01T00:00:00.000 5');
  });

  test('a header without rows has no length of bars yet', () => {
    expect(layoutOf(table(cells('time,open,high,low,close')), PAIR)).toMatchObject({
      interval: undefined,
      description: 'a.csv: bars, oldest first, no rows yet',
    });
  });
});

describe('--columns', () => {
  test('names columns by name, in any language', () => {
    const text =
      'Zeit;Eröffnung;Hoch;Tief;Schluss\n01.02.2024 10:00;1;2;0,5;1,5\n01.02.2024 10:05;1;2;0,5;1,5';
    const columns = { time: 'Zeit', open: 'eröffnung', high: 'Hoch', low: 'Tief', close: 'Schluss' };
    expect(briefRows(table(cells(text, ';')), { ...PAIR, columns })[0]).toBe(
      '2024-02-01T10:00..2024-02-01T10:05 1/2/0.5/1.5',
    );
  });

  test('names columns by number, with a header or without', () => {
    const columns = { time: '2', price: '1' };
    const rows = cells('5,1704067200\n6,1704067260');
    expect(briefRows(table(rows), { ...PAIR, columns })).toEqual([
      '2024-01-01T00:00:00.000 5',
      '2024-01-01T00:01:00.000 6',
    ]);
    expect(briefRows(table([['a', 'b'], ...rows]), { ...PAIR, columns })).toHaveLength(2);
    expect(briefRows(table(rows), { ...PAIR, columns, hasHeader: false })).toHaveLength(2);
  });

  test('adds to the names that are known', () => {
    const text = 'time,price,what\n1704067200,5,7';
    expect(rowsOf(table(cells(text)), { ...PAIR, columns: { size: 'what' } })[0]).toMatchObject({
      price: 5,
      size: 7,
    });
    expect(rowsOf(table(cells(text)), { ...PAIR, columns: { price: 'what' } })[0]).toMatchObject({
      price: 7,
    });
  });

  test('--columns that name no column, or no meaning, are problems', () => {
    expect(problemsOf(table(cells(BARS)), { ...PAIR, columns: { time: 'when', opening: 'open' } })).toEqual([
      '--columns time=when: there is no such column; the file has time,open,high,low,close',
      expect.stringContaining('--columns: opening is none of time, date, clock, end, open'),
    ]);
  });
});

describe('names with a currency or UTC', () => {
  test('a column name with a currency or UTC means what the name before it means', () => {
    const text =
      'Open Time (UTC),Open (USD),High (USD),Low (USD),Close (USD)\n2024-01-01 00:00,1,2,0.5,1.5\n2024-01-01 00:05,1.5,2,1,1';
    expect(briefRows(table(cells(text)), PAIR)[0]).toBe(FIRST);
  });

  test('of prices in several currencies those in the quote currency are read', () => {
    const sample = table(cells('time,price_usd,price_eur,market_cap_eur\n1704067200,42000,39000,7'));
    expect(rowsOf(sample, { base: 'btc', quote: 'eur' })[0]).toMatchObject({ price: 39000, marketCap: 7 });
    expect(rowsOf(sample, { base: 'btc', quote: 'usd' })[0]).toMatchObject({
      price: 42000,
      marketCap: undefined,
    });
    expect(problemsOf(sample, { base: 'btc', quote: 'jpy' })[0]).toContain(
      'columns found: time,price_usd,price_eur',
    );
    expect(problemsOf(sample, { base: 'btc' })[0]).toContain('columns found: time,price_usd,price_eur');
  });

  test('a price in another currency than the quote is not read', () => {
    expect(problemsOf(table(cells('time,PriceEUR\n1704067200,39000')), PAIR)[0]).toContain(
      'columns found: time,PriceEUR',
    );
  });
});

describe('a file without a header', () => {
  test('a file without a header and of no known layout is a problem that names the flags', () => {
    expect(problemsOf(table(cells('7,1704067200,5,x\n8,1704067260,6,y')), PAIR)).toEqual([
      'it has no header, and its 4 columns are those of no known layout: name them by number with --no-header --columns time=1,open=2,high=3,low=4,close=5 (or time=1,price=2)',
    ]);
  });

  test('a file without a header that may be of two layouts is a problem that lists them', () => {
    const flat = [1704067200, 5, 5, 5, 5, 1];
    expect(problemsOf(table([flat, [1704067260, ...flat.slice(1)]]), PAIR)[0]).toContain(
      'may be time,open,high,low,close,volume or time,low,high,open,close,volume or time,open,close,high,low,volume',
    );
  });

  test('a file without a header with decimal commas is known', () => {
    const text =
      '20240101 170000;42283,58;42298,62;42261,02;42298,61;0\n20240101 170100;42298,61;42300,5;42298,61;42299,5;0';
    expect(briefRows(table(cells(text, ';')), PAIR)[0]).toBe(
      '2024-01-01T17:00..2024-01-01T17:01 42283.58/42298.62/42261.02/42298.61',
    );
  });

  test('a file without a header keeps its layout with a broken row among many', () => {
    const rows = Array.from({ length: 30 }, (_, at) => [
      `${1704067200 + at * 60}`,
      '5',
      '6',
      '4',
      at === 7 ? '-' : '5.5',
      '1',
    ]);
    expect(briefRows(table(rows), PAIR)[7]).toBe("close: '-' is not a positive number");
  });
});

describe('stamps at the end of a bar', () => {
  test.each([
    ['59.999', 'time', '2024-01-01T00:04:59.999Z', '2024-01-01T00:09:59.999Z'],
    ['59', 'time', '2024-01-01T00:04:59Z', '2024-01-01T00:09:59Z'],
    ['a column of ends', 'close_time', '2024-01-01T00:05:00Z', '2024-01-01T00:10:00Z'],
    ['a column of ends, 59.999', 'close_time', '2024-01-01T00:04:59.999Z', '2024-01-01T00:09:59.999Z'],
  ])('%s', (_, name, first, second) => {
    const text = `${name},open,high,low,close\n${first},1,2,0.5,1.5\n${second},1.5,2,1,1`;
    expect(briefRows(table(cells(text)), PAIR)).toEqual([
      FIRST,
      '2024-01-01T00:05..2024-01-01T00:10 1.5/2/1/1',
    ]);
  });

  test("stamps at the end of an hour's bar may be exact to the minute", () => {
    const text = 'time,open,high,low,close\n2024-01-01 00:59,1,2,0.5,1.5\n2024-01-01 01:59,1,2,0.5,1.5';
    expect(briefRows(table(cells(text)), PAIR)[0]).toBe('2024-01-01T00:00..2024-01-01T01:00 1/2/0.5/1.5');
  });

  test("stamps at the end of a day's bar are known", () => {
    const text = 'Date,Open,High,Low,Close\n2013-04-29 23:59:59,1,2,0.5,1.5\n2013-04-30 23:59:59,1,2,0.5,1.5';
    expect(briefRows(table(cells(text)), PAIR)[0]).toBe('2013-04-29T00:00..2013-04-30T00:00 1/2/0.5/1.5');
  });

  test('bars that begin past the usual start are refused until --interval says their length', () => {
    const text = BARS.replace('00:00:00', '00:02:00').replace('00:05:00', '00:07:00');
    expect(problemsOf(table(cells(text)), PAIR)).toEqual([
      'its rows are 5m apart, but begin 2m past the usual start of a bar of 5m: add --interval with the length of a bar',
    ]);
    expect(briefRows(table(cells(text)), { ...PAIR, intervalMs: 60_000 })[0]).toBe(
      '2024-01-01T00:02..2024-01-01T00:03 1/2/0.5/1.5',
    );
  });

  test('a row between the bars is rejected', () => {
    const days = Array.from({ length: 12 }, (_, at) => [
      new Date(Date.UTC(2024, 0, 1 + at)).toISOString(),
      '1',
      '2',
      '0.5',
      '1',
    ]);
    const rows = [
      ['Date', 'Open', 'High', 'Low', 'Close'],
      ...days,
      ['2024-01-12T15:32:10Z', '1', '2', '0.5', '1'],
    ];
    expect(briefRows(table(rows), PAIR).at(-1)).toBe(
      'its time 2024-01-12T15:32:10.000Z is 15h32m10s after the start of a 1d bar',
    );
  });
});

describe('days and months of a zone', () => {
  test('days and months of a zone follow its calendar', () => {
    const text = 'Date,Open,High,Low,Close\n2024-03-30,1,2,0.5,1\n2024-03-31,1,2,0.5,1\n2024-04-01,1,2,0.5,1';
    expect(briefRows(table(cells(text)), { ...PAIR, zone: 'Europe/Madrid' })).toEqual([
      '2024-03-29T23:00..2024-03-30T23:00 1/2/0.5/1',
      '2024-03-30T23:00..2024-03-31T22:00 1/2/0.5/1',
      '2024-03-31T22:00..2024-04-01T22:00 1/2/0.5/1',
    ]);
  });

  test('months end where the next one begins', () => {
    const text = 'Date,Open,High,Low,Close\n2024-01-01,1,2,0.5,1\n2024-02-01,1,2,0.5,1\n2024-03-01,1,2,0.5,1';
    const layout = layoutOf(table(cells(text)), PAIR);
    expect(layout).toMatchObject({ interval: '1M', intervalMs: 30 * 86_400_000 });
    expect(briefRows(table(cells(text)), PAIR)[1]).toBe('2024-02-01T00:00..2024-03-01T00:00 1/2/0.5/1');
  });

  test('bars of four hours keep their length where clocks change', () => {
    const text =
      'time,open,high,low,close\n2024-03-30 20:00,1,2,0.5,1\n2024-03-31 00:00,1,2,0.5,1\n2024-03-31 04:00,1,2,0.5,1';
    expect(briefRows(table(cells(text)), { ...PAIR, zone: 'Europe/Madrid' })).toEqual([
      '2024-03-30T19:00..2024-03-30T23:00 1/2/0.5/1',
      '2024-03-30T23:00..2024-03-31T03:00 1/2/0.5/1',
      '2024-03-31T02:00..2024-03-31T06:00 1/2/0.5/1',
    ]);
  });

  test('a zone that does not exist is a problem', () => {
    expect(problemsOf(table(cells(BARS)), { ...PAIR, zone: 'Madrid' })).toEqual([
      "--zone: 'Madrid' is no time zone; write one as Europe/Madrid",
    ]);
  });
});

describe('the pair', () => {
  test('a pair that nothing names is asked for, with what the name of the file suggests', () => {
    expect(problemsOf(table(cells(BARS)))).toEqual([
      'the file does not name its currencies: add --base btc --quote usdt',
    ]);
    expect(problemsOf(table(cells(BARS)), { base: 'eth' })).toEqual([
      'the file does not name its currencies: add --quote usdt',
    ]);
    expect(problemsOf(table(cells(BARS), 'x/Coinbase_ETHEUR_5m.csv'))).toEqual([
      'the file does not name its currencies: add --base eth --quote eur (its name suggests eth/eur)',
    ]);
  });

  const symbols = (symbol: string) =>
    table(cells('time,symbol,price\n1704067200,SYMBOL,5'.replace('SYMBOL', symbol)));

  test('a pair in a column that differs from the flags is a problem', () => {
    expect(problemsOf(symbols('ETHUSDT'), PAIR)).toEqual([
      'its rows are of eth/usdt (ETHUSDT), not of btc/usdt: leave --base and --quote out, or take one series with --symbol ETHUSDT',
    ]);
    expect(problemsOf(symbols('BTCEUR'), PAIR)).toHaveLength(1);
  });

  test('a pair in another dollar than the flag says is taken as the flag says, with a warning', () => {
    expect(layoutOf(symbols('BTC-USD'), PAIR).warnings).toEqual([
      'its rows are of btc/usd (BTC-USD); taken as btc/usdt',
    ]);
  });

  test('a symbol that is no pair gets the pair of the flags', () => {
    expect(problemsOf(symbols('BTC-PERPETUAL'))).toEqual([
      'the file does not name its currencies (its column symbol says BTC-PERPETUAL): add --base btc --quote usdt',
    ]);
    expect(rowsOf(symbols('BTC-PERPETUAL'), PAIR)[0]).toMatchObject(PAIR);
  });

  test('a column of coins is read in the currency that the flag names', () => {
    const text = 'time,symbol,price\n1704067200,BTC,5\n1704067200,ETH,6';
    expect(rowsOf(table(cells(text)), { quote: 'usd' })).toMatchObject([
      { base: 'btc', quote: 'usd' },
      { base: 'eth', quote: 'usd' },
    ]);
    expect(problemsOf(table(cells(text)), PAIR)[0]).toContain(
      'its column symbol has 2 series (BTC, ETH): take one',
    );
    expect(rowsOf(table(cells(text)), { ...PAIR, symbol: 'BTC' })).toMatchObject([PAIR, undefined]);
  });

  test('stands in columns of base and quote, or of a coin and a flag', () => {
    const text = 'time,coin,quote,price\n1704067200,ETH,EUR,5';
    expect(rowsOf(table(cells(text)))[0]).toMatchObject({ base: 'eth', quote: 'eur' });
    expect(problemsOf(table(cells(text)), { base: 'btc' })).toEqual([
      'its column coin says ETH, not btc: leave --base out',
    ]);
    const coin = table(cells('time,coin,price\n1704067200,ETH,5'));
    expect(problemsOf(coin)).toEqual(['the file does not name the currency of its prices: add --quote usdt']);
    expect(rowsOf(coin, { quote: 'usd' })[0]).toMatchObject({ base: 'eth', quote: 'usd' });
  });

  test('a coin in a column may be written by its name; a name that is not known stays as it is', () => {
    const rows = ['Bitcoin', 'ethereum', 'XBT', 'Nameless'].map((name) => `1704067200,${name},5`).join('\n');
    expect(rowsOf(table(cells(`time,coin,price\n${rows}`)), { quote: 'usd' })).toMatchObject(
      ['btc', 'eth', 'btc', 'nameless'].map((base) => ({ base })),
    );
    const named = cells('time,coin,price\n1704067200,bitcoin,5');
    expect(rowsOf(table(named), { base: 'btc', quote: 'usd' })[0]).toMatchObject({ base: 'btc' });
    const symbols = cells('time,symbol,price\n1704067200,Bitcoin,5\n1704067200,Ethereum,6');
    expect(rowsOf(table(symbols), { quote: 'usd' })).toMatchObject([{ base: 'btc' }, { base: 'eth' }]);
  });

  test('--symbol of a column that the file does not have, or that has no such value, is a problem', () => {
    expect(problemsOf(table(cells(BARS)), { ...PAIR, symbol: 'x' })).toEqual([
      '--symbol takes one series of a column of symbols: name the column with --symbol-column',
    ]);
    expect(problemsOf(symbols('ETHUSDT'), { ...PAIR, symbol: 'BTCUSDT' })).toEqual([
      'no row of its column symbol says BTCUSDT: its values are ETHUSDT',
    ]);
    expect(problemsOf(symbols('ETHUSDT'), { ...PAIR, symbolColumn: 'asset', symbol: '1' })).toEqual([
      '--symbol-column asset: there is no such column; the file has time,symbol,price',
    ]);
  });

  test('candles of several windows: --symbol-column takes one window', () => {
    const candle = (window: string, minutes: number) => ({
      coin: 'btc',
      quote: 'usdt',
      window,
      window_start: '2024-01-01T00:00:00Z',
      window_end: `2024-01-01T00:${minutes}:00Z`,
      open: 1,
      high: 2,
      low: 1,
      close: 2,
    });
    const sample = objects(
      [candle('5m', 5), candle('10m', 10)].map((one) => ({
        ...one,
        window_end: one.window_end.replace(':5:', ':05:'),
      })),
    );
    expect(problemsOf(sample)).toEqual([
      'it has bars of several lengths (5m, 10m): take one with --symbol-column and --symbol',
    ]);
    expect(briefRows(sample, { symbolColumn: 'window', symbol: '10m' })).toEqual([
      'nothing',
      '2024-01-01T00:00..2024-01-01T00:10 1/2/1/2',
    ]);
  });
});

describe('the format', () => {
  test('can be said: a file of candles is read as ticks of a column of its own', () => {
    const text = 'time,open,high,low,close,price\n1704067200,1,1,1,1,7\n1704067260,1,1,1,1,8';
    expect(layoutOf(table(cells(text)), PAIR).kind).toBe('bars');
    expect(briefRows(table(cells(text)), { ...PAIR, format: 'ticks' })[0]).toBe('2024-01-01T00:00:00.000 7');
  });

  test('JSON lines of prices are quotes; with a size or a side they are trades', () => {
    expect(layoutOf(objects([{ price: 1, time: 1704067200 }]), PAIR).kind).toBe('quotes');
    expect(layoutOf(objects([{ price: 1, time: 1704067200, qty: 2 }]), PAIR).kind).toBe('ticks');
    expect(
      layoutOf(objects([{ base: 'btc', quote: 'usd', price: 1, time: 1704067200, volume: 2 }])).kind,
    ).toBe('quotes');
    expect(
      layoutOf(objects([{ base: 'btc', quote: 'usd', price: 1, time: 1704067200, side: 'buy' }])).kind,
    ).toBe('ticks');
  });

  test('rows none of which can be read are a problem with their reasons', () => {
    expect(problemsOf(table(cells('time,price\nsoon,1\nlater,1')), PAIR)).toEqual([
      "none of its first 2 rows can be read: 'soon' is not a time; 'later' is not a time",
    ]);
  });

  test('numbers of Parquet may be bigints, floats and nulls', () => {
    const sample = objects([
      { time: 1704067200000000000n, price: 5n, size: null },
      { time: 1704067200001000000n, price: 5.5, size: 2 },
    ]);
    expect(rowsOf(sample, PAIR)).toMatchObject([
      { time: 1704067200000, price: 5, size: undefined },
      { time: 1704067200001, size: 2 },
    ]);
  });
});

describe('a stored layout', () => {
  test.each([
    ['bars', table(cells(BARS)), PAIR],
    [
      'bars of a zone',
      table(cells(BARS.replaceAll('Z', '').replaceAll('T', ' '))),
      { ...PAIR, zone: 'Europe/Madrid' },
    ],
    [
      'trades of several pairs',
      table(cells('time,symbol,price,qty\n1704067200,BTCUSDT,1,1\n1704067200,ETHUSDT,1,1')),
      {},
    ],
    ['quotes', objects([{ base: 'btc', quote: 'usd', price: 1, time: 1704067200, extra: 'x' }]), {}],
  ])('a stored layout reads %s as before, through JSON', (_, sample, settings) => {
    const layout = layoutOf(sample, settings);
    const restored = restoreLayout(JSON.parse(JSON.stringify(layout.stored)), LATEST);
    const rows = sample.rows.slice(layout.skipRows);
    expect(rows.map((row) => restored.read(row))).toEqual(rowsOf(sample, settings));
    expect({ ...restored, read: 0, stored: 0 }).toEqual({ ...layout, read: 0, stored: 0 });
  });
});
