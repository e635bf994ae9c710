import { describe, expect, test } from 'vitest';
import { brief, briefRows, cells, layoutOf, objects, PAIR, problemsOf, rowsOf, table } from './table.ts';

describe('date and time in two columns', () => {
  const STOOQ = `Date,Time,Open,High,Low,Close
2026-10-08,23:50:00,66780,66850,66700,66820
2026-10-08,23:55:00,66820,66900,66800,66890
2026-10-09,00:00:00,66900,67100,66880,67050
2026-10-09,00:05:00,67050,67080,66950,66960`;

  test('date and time in two columns are read as one', () => {
    expect(briefRows(table(cells(STOOQ)), PAIR)).toEqual([
      '2026-10-08T23:50..2026-10-08T23:55 66780/66850/66700/66820',
      '2026-10-08T23:55..2026-10-09T00:00 66820/66900/66800/66890',
      '2026-10-09T00:00..2026-10-09T00:05 66900/67100/66880/67050',
      '2026-10-09T00:05..2026-10-09T00:10 67050/67080/66950/66960',
    ]);
  });

  test('minutes too, whole or without seconds', () => {
    const text = `Date,Time,Open,High,Low,Close,Volume
2024-03-01,23:58:00,62400.1,62420.0,62390.5,62410.2,12
2024-03-01,23:59:00,62410.2,62455.0,62405.0,62450.0,15
2024-03-02,00:00:00,62450.0,62460.0,62300.0,62310.0,22`;
    const short = table(cells(text.replaceAll(/:00,/g, ',')));
    expect(briefRows(short, PAIR)).toEqual(briefRows(table(cells(text)), PAIR));
    expect(briefRows(short, PAIR)[1]).toBe('2024-03-01T23:59..2024-03-02T00:00 62410.2/62455/62405/62450');
  });

  test('a time column with whole stamps beside a day is the time', () => {
    const text = 'date,time,price\n2024-01-01,2024-01-01T05:00:00Z,7\n2024-01-01,2024-01-01T06:00:00Z,8';
    expect(briefRows(table(cells(text)), PAIR)[0]).toBe('2024-01-01T05:00:00.000 7');
  });
});

describe('several symbols', () => {
  const BINANCE = `timestamp,symbol,open,high,low,close,volume
2024-03-01 00:00:00,BTCUSDT,61130.98,61200.00,61100.00,61150.00,10
2024-03-01 00:00:00,ETHUSDT,3340.09,3345.00,3335.00,3342.00,100
2024-03-01 00:01:00,BTCUSDT,61150.00,61180.00,61120.00,61170.00,11
2024-03-01 00:01:00,ETHUSDT,3342.00,3350.00,3341.00,3349.00,90`;

  test('several symbols that are pairs are a series each', () => {
    const sample = table(cells(BINANCE));
    expect(layoutOf(sample).description).toContain(': 1m bars of btc/usdt, eth/usdt, oldest first');
    expect(rowsOf(sample)).toMatchObject([
      { base: 'btc', open: 61130.98 },
      { base: 'eth', open: 3340.09 },
      { base: 'btc' },
      { base: 'eth' },
    ]);
  });

  test('several symbols are refused beside a --base that is one of them', () => {
    expect(problemsOf(table(cells(BINANCE)), PAIR)).toEqual([
      'its rows are of eth/usdt (ETHUSDT), not of btc/usdt: leave --base and --quote out, or take one series with --symbol ETHUSDT',
    ]);
  });

  test('--symbol takes one of them, under the name that the flags give it', () => {
    const one = { ...PAIR, base: 'btc2', symbol: 'BTCUSDT' };
    expect(layoutOf(table(cells(BINANCE)), one)).toMatchObject({
      warnings: ['its rows are of btc/usdt (BTCUSDT); taken as btc2/usdt'],
    });
    expect(rowsOf(table(cells(BINANCE)), one)).toMatchObject([
      { base: 'btc2' },
      undefined,
      { base: 'btc2' },
      undefined,
    ]);
  });

  test('several symbols that are no pairs are refused with the flags that take one', () => {
    const text = 'timestamp,Asset_ID,Open,High,Low,Close\n1514764860,2,1,1,1,1\n1514764860,0,1,1,1,1';
    expect(problemsOf(table(cells(text)), { base: 'btc', quote: 'usd' })).toEqual([
      'its column Asset_ID has 2 series (2, 0): take one with --symbol-column Asset_ID --symbol ONE --base btc --quote usd',
    ]);
  });

  test('a file of one pair whose later rows name another one does not mix them', () => {
    const rows = cells(BINANCE);
    const first = [rows[0]!, rows[1]!, rows[3]!];
    const open = layoutOf(table(first));
    expect(open.read(rows[2]!)).toMatchObject({ base: 'eth', quote: 'usdt' });
    const named = layoutOf(table(first), PAIR);
    expect(() => named.read(rows[2]!)).toThrow("'ETHUSDT' is a series of another pair (--symbol takes one)");
  });
});

describe('the length of a bar', () => {
  test('the length of a bar is the step that all rows have in common, not a gap', () => {
    const a = `time,open,high,low,close,volume,count
1704067200,0.0712,0.0712,0.0712,0.0712,150,1
1704067680,0.0715,0.0718,0.0715,0.0718,400,3
1704067860,0.0718,0.0718,0.0710,0.0711,90,2
1704067920,0.0730,0.0735,0.0730,0.0731,75,2`;
    expect(briefRows(table(cells(a)), PAIR)).toEqual([
      '2024-01-01T00:00..2024-01-01T00:01 0.0712/0.0712/0.0712/0.0712',
      '2024-01-01T00:08..2024-01-01T00:09 0.0715/0.0718/0.0715/0.0718',
      '2024-01-01T00:11..2024-01-01T00:12 0.0718/0.0718/0.071/0.0711',
      '2024-01-01T00:12..2024-01-01T00:13 0.073/0.0735/0.073/0.0731',
    ]);
    const b = a
      .replace('1704067680', '1704067500')
      .replace('1704067860', '1704067920')
      .replace(/1704067920(?=,0.0730)/, '1704068400');
    expect(briefRows(table(cells(b)), PAIR).map((row) => row.slice(0, 34))).toEqual([
      '2024-01-01T00:00..2024-01-01T00:01',
      '2024-01-01T00:05..2024-01-01T00:06',
      '2024-01-01T00:12..2024-01-01T00:13',
      '2024-01-01T00:20..2024-01-01T00:21',
    ]);
    expect(problemsOf(table(cells(b)), { ...PAIR, intervalMs: 420_000 })).toEqual([
      '--interval 7m is longer than the 5m between two of its rows: give the length of a bar',
    ]);
  });

  test('the length of a bar counts rejected rows, and a rounding error widens the bar', () => {
    const text = `Date,Open,High,Low,Close,Adj Close,Volume
2024-04-03,1.077110,1.083776,1.076495,1.077110,1.077110,0
2024-04-04,1.083659,1.087700,1.083660,1.083659,1.083659,0
2024-04-05,1.083858,1.084669,1.079249,1.083858,1.083858,0`;
    const rows = rowsOf(table(cells(text)), { base: 'eur', quote: 'usd' });
    expect(rows.map(brief)).toEqual([
      '2024-04-03T00:00..2024-04-04T00:00 1.07711/1.083776/1.076495/1.07711',
      '2024-04-04T00:00..2024-04-05T00:00 1.083659/1.0877/1.083659/1.083659',
      '2024-04-05T00:00..2024-04-06T00:00 1.083858/1.084669/1.079249/1.083858',
    ]);
    expect(rows).toMatchObject([{ widened: false }, { widened: true }, { widened: false }]);
    const worse = rowsOf(table(cells(text.replace('1.083660', '1.083670'))), PAIR);
    expect(worse[1]).toBe('open 1.083659 is outside low 1.08367 to high 1.0877');
    expect(layoutOf(table(cells(text.replace('1.083660', 'null'))), PAIR).interval).toBe('1d');
  });

  test('the length of a bar of one row is asked for, unless something tells it', () => {
    const text = 'time,open,high,low,close\n2024-01-01T00:00:00Z,1,1,1,1';
    expect(problemsOf(table(cells(text)), PAIR)).toEqual([
      'one time does not tell how long a bar is: add --interval with the length of a bar, as --interval 1m',
    ]);
    expect(layoutOf(table(cells(text)), { ...PAIR, intervalMs: 60_000 }).interval).toBe('1m');
    expect(layoutOf(table(cells(text), 'btc_15m.csv'), PAIR).interval).toBe('15m');
  });
});

describe('repeats', () => {
  const LAKE = `time,open,high,low,close,volume
2024-05-01T22:00:00Z,58000.0,58300.0,57900.0,58200.0,900
2024-05-01T23:00:00Z,58200.0,58900.0,57700.0,58500.0,870
2024-05-01T23:00:00Z,58500.0,58510.0,58490.0,58505.0,2
2024-05-02T00:00:00Z,58505.0,58600.0,58400.0,58450.0,500`;

  test('repeats of a time with other values are whole bars, and a warning says so once', () => {
    expect(layoutOf(table(cells(LAKE)), PAIR)).toMatchObject({
      interval: '1h',
      order: 'oldest first',
      warnings: [
        'a row repeats a time with other values (2024-05-01T23:00:00.000Z); the last row of a time counts',
      ],
    });
    expect(briefRows(table(cells(LAKE)), PAIR)[2]).toBe(
      '2024-05-01T23:00..2024-05-02T00:00 58500/58510/58490/58505',
    );
  });

  test('repeats of equal rows are no warning', () => {
    const rows = cells(LAKE);
    expect(layoutOf(table([...rows.slice(0, 3), rows[2]!, rows[4]!]), PAIR).warnings).toEqual([]);
  });

  test('equal trades are no repeats: fills of one order have one time and one price', () => {
    const text = `time,price,qty
1704067200012,100,1
1704067200012,100,2
1704067200012,101,1
1704067200500,100,5
1704067200500,100,5
1704067200900,103,1`;
    expect(layoutOf(table(cells(text)), PAIR)).toMatchObject({
      kind: 'ticks',
      warnings: [],
      order: 'oldest first',
    });
    expect(rowsOf(table(cells(text)), PAIR)).toHaveLength(6);
  });
});

describe('an hour that a night in autumn repeats', () => {
  const BERLIN = `date,open,high,low,close
2024-10-27 01:00:00,67100,67200,67050,67150
2024-10-27 02:00:00,67150,67300,67140,67250
2024-10-27 02:00:00,67250,67260,67000,67020
2024-10-27 03:00:00,67020,67080,66990,67060`;
  const ZONE = { ...PAIR, zone: 'Europe/Berlin' };
  const RIGHT = [
    '2024-10-26T23:00..2024-10-27T00:00 67100/67200/67050/67150',
    '2024-10-27T00:00..2024-10-27T01:00 67150/67300/67140/67250',
    '2024-10-27T01:00..2024-10-27T02:00 67250/67260/67000/67020',
    '2024-10-27T02:00..2024-10-27T03:00 67020/67080/66990/67060',
  ];

  test('an hour that a night in autumn repeats is two hours with --zone, in any order of the rows', () => {
    expect(briefRows(table(cells(BERLIN)), ZONE)).toEqual(RIGHT);
    expect(layoutOf(table(cells(BERLIN)), ZONE).warnings).toEqual([]);
    const [header, ...rows] = cells(BERLIN);
    const backwards = table([header!, ...rows.toReversed()]);
    const layout = layoutOf(backwards, ZONE);
    expect(layout.order).toBe('newest first');
    expect(rows.map((row) => brief(layout.read(row)))).toEqual(RIGHT);
  });

  test('an hour that a night in autumn repeats is one hour in UTC, with a warning that names --zone', () => {
    expect(layoutOf(table(cells(BERLIN)), PAIR).warnings).toEqual([
      'a row repeats a time with other values (2024-10-27T02:00:00.000Z); the last row of a time counts',
      'times repeat an hour at 2024-10-27T02:00:00.000Z, as clocks do in autumn: if they are of a zone, add it, as --zone Europe/Berlin',
    ]);
  });
});

describe('the order of rows', () => {
  const CDD = `unix,date,symbol,open,high,low,close,Volume BTC,Volume USDT,tradecount
1623283200000,2021-06-10 00:00:00,BTC/USDT,37388.05,37600,37254.05,37584.76,798.2,29889500.4,10796
1623279600000,2021-06-09 23:00:00,BTC/USDT,37098.31,37534.79,36960,37388.05,4701.4,175453443.0,84055
1623276000000,2021-06-09 22:00:00,BTC/USDT,36641.21,37353.56,36507,37098.53,4960.2,183529711.7,99293`;

  test('newest first is seen', () => {
    expect(layoutOf(table(cells(CDD)), PAIR).description).toBe(
      'a.csv: 1h bars of btc/usdt, newest first, 2021-06-09 22:00 to 2021-06-10 00:00, volume, quote volume, trades',
    );
  });

  test('a sample of a longer file knows one end of it', () => {
    const sample = { ...table(cells(CDD)), isWhole: false };
    expect(layoutOf(sample).description).toContain('newest first, to 2021-06-10 00:00');
    const [header, ...rows] = cells(CDD);
    const forwards = { ...sample, rows: [header!, ...rows.toReversed()] };
    expect(layoutOf(forwards).description).toContain('oldest first, from 2021-06-09 22:00');
  });

  test('rows in no order are unordered', () => {
    const [header, a, b, c] = cells(CDD);
    expect(layoutOf(table([header!, b!, a!, c!])).order).toBe('unordered');
  });

  test('series may follow each other, and trades swap places within seconds', () => {
    const text =
      'time,symbol,price\n1704067200,BTCUSDT,1\n1704067300,BTCUSDT,1\n1704067200,ETHUSDT,1\n1704067300,ETHUSDT,1';
    expect(layoutOf(table(cells(text))).order).toBe('oldest first');
    const trades = 'time,price\n1704067200,1\n1704067260,1\n1704067255,1\n1704067300,1';
    expect(layoutOf(table(cells(trades)), PAIR).order).toBe('oldest first');
  });
});

describe('numbers of other countries', () => {
  const RIGHT = [
    '2024-01-01T00:00..2024-01-01T00:01 42283.58/42298.62/42261.02/42298.61',
    '2024-01-01T00:01..2024-01-01T00:02 42298.62/42320/42298.61/42320',
  ];

  test('decimal commas', () => {
    const text = `timestamp;open;high;low;close;volume
2024-01-01T00:00:00Z;42283,58;42298,62;42261,02;42298,61;35,9
2024-01-01T00:01:00Z;42298,62;42320,00;42298,61;42320,00;21,1`;
    expect(briefRows(table(cells(text, ';')), PAIR)).toEqual(RIGHT);
    expect(rowsOf(table(cells(text, ';')), PAIR)[0]).toMatchObject({ volume: 35.9 });
  });

  test('thousands, of both kinds', () => {
    const text = `timestamp,open,high,low,close,volume
2024-01-01T00:00:00Z,"42,283.58","42,298.62","42,261.02","42,298.61",35.9
2024-01-01T00:01:00Z,"42,298.62","42,320.00","42,298.61","42,320.00",21.1`;
    expect(briefRows(table(cells(text)), PAIR)).toEqual(RIGHT);
    const german = text
      .replaceAll(/(\d),(\d{3})\.(\d\d)/g, '$1.$2,$3')
      .replaceAll(/(\d)\.(\d)$/gm, '"$1,$2"');
    expect(german).toContain('"42.283,58"');
    expect(briefRows(table(cells(german)), PAIR)).toEqual(RIGHT);
  });

  test('numbers that a spreadsheet has ruined are refused, and rejected if they must be read', () => {
    const text = `timeOpen;timeClose;timeHigh;timeLow;name;open;high;low;close;close_price;volume;marketCap;timestamp
2025-07-02T00:00:00.000Z;2025-07-02T23:59:59.999Z;2025-07-02T17:25:00.000Z;2025-07-02T01:18:00.000Z;2781;1.057.030.998.551.800;1.097.636.535.179.960;10.515.739.559.599;1.088.593.238.682.350;108,843.7;56248657736.96;2164564307569.28;2025-07-02T23:59:59.999Z`;
    const sample = table(cells(text, ';'));
    expect(problemsOf(sample, PAIR)).toEqual([
      expect.stringContaining("prices such as '1.057.030.998.551.800' are no plain numbers"),
    ]);
    for (const decimal of ['.', ','] as const)
      expect(problemsOf(sample, { ...PAIR, decimal })).toEqual([
        "none of its first 1 rows can be read: open: '1.057.030.998.551.800' is not a positive number",
      ]);
  });

  test('points before three digits group thousands where volumes have decimal commas', () => {
    const text = 'time;price;volume\n1704067200;42.283;35,9\n1704067260;42.298;21,25';
    expect(rowsOf(table(cells(text, ';')), PAIR)).toMatchObject([
      { price: 42283, size: 35.9 },
      { price: 42298 },
    ]);
    expect(rowsOf(table(cells(text.replaceAll(',', '.'), ';')), PAIR)).toMatchObject([
      { price: 42.283, size: 35.9 },
      { price: 42.298 },
    ]);
  });

  test('the sign of a currency changes nothing about what a separator may mean', () => {
    const text = 'time;price\n1704067200;$42,283\n1704067260;42,298 $';
    expect(problemsOf(table(cells(text, ';')), PAIR)).toEqual([
      expect.stringContaining("a price such as '42,283' is a whole number or has a fraction"),
    ]);
    const mixed = 'time;price\n1704067200;$1.50\n1704067260;$2,001\n1704067320;$2,001.25';
    expect(rowsOf(table(cells(mixed, ';')), PAIR)).toMatchObject([
      { price: 1.5 },
      { price: 2001 },
      { price: 2001.25 },
    ]);
  });

  test('numbers whose separator may group digits or start decimals are refused, and --decimal decides', () => {
    const text = 'time;price\n1704067200;42,283\n1704067260;42,298';
    const sample = table(cells(text, ';'));
    expect(problemsOf(sample, PAIR)).toEqual([
      "a price such as '42,283' is a whole number or has a fraction: add --decimal . (it is 42283) or --decimal , (it is 42.283)",
    ]);
    expect(rowsOf(sample, { ...PAIR, decimal: '.' })[0]).toMatchObject({ price: 42283 });
    expect(rowsOf(sample, { ...PAIR, decimal: ',' })[0]).toMatchObject({ price: 42.283 });
  });
});

describe('days and months', () => {
  const INVESTING = `"Date","Price","Open","High","Low","Vol.","Change %"
"01/03/2024","42,836.1","44,943.7","45,492.7","40,888.3","117.65K","-4.69%"
"01/02/2024","44,943.7","44,183.4","45,885.4","44,166.0","104.65K","1.72%"
"01/01/2024","44,183.4","42,272.5","44,187.0","42,196.7","41.25K","4.53%"`;

  test('dates without a day past 12 are refused, and --date-order decides', () => {
    const sample = table(cells(INVESTING));
    expect(problemsOf(sample, PAIR)).toEqual([
      'a date such as 01/03/2024 may begin with the day or the month: add --date-order mdy (month first) or --date-order dmy',
    ]);
    expect(briefRows(sample, { ...PAIR, dateOrder: 'mdy' })).toEqual([
      '2024-01-03T00:00..2024-01-04T00:00 44943.7/45492.7/40888.3/42836.1',
      '2024-01-02T00:00..2024-01-03T00:00 44183.4/45885.4/44166/44943.7',
      '2024-01-01T00:00..2024-01-02T00:00 42272.5/44187/42196.7/44183.4',
    ]);
    expect(briefRows(sample, { ...PAIR, dateOrder: 'dmy' })[0]).toContain(
      '2024-03-01T00:00..2024-04-01T00:00',
    );
  });

  test('a table with ISO dates takes its price as the close', () => {
    const text = `Date,Price,Open,High,Low,Vol.,Change %
2024-01-01,44183.4,42272.5,44187.0,42196.7,41.25K,4.53%
2024-01-02,44943.7,44183.4,45885.4,44166.0,104.65K,1.72%`;
    expect(briefRows(table(cells(text)), PAIR)).toEqual([
      '2024-01-01T00:00..2024-01-02T00:00 42272.5/44187/42196.7/44183.4',
      '2024-01-02T00:00..2024-01-03T00:00 44183.4/45885.4/44166/44943.7',
    ]);
  });
});

describe('JSON', () => {
  test('candles by name', () => {
    const sample = objects([
      {
        date: '2019-01-01T00:00:00.000Z',
        open: 3701.23,
        high: 3713,
        low: 3689.88,
        close: 3700.31,
        volume: 686.36742,
      },
      {
        date: '2019-01-01T01:00:00.000Z',
        open: 3700.2,
        high: 3702.73,
        low: 3684.22,
        close: 3689.69,
        volume: 613.5,
      },
    ]);
    expect(layoutOf(sample, PAIR).description).toBe(
      'a.jsonl: 1h bars of btc/usdt, oldest first, 2019-01-01 00:00 to 2019-01-01 01:00, volume',
    );
  });

  test('quotes name their own pairs, with prices as numbers or texts, and other fields pass', () => {
    const sample = objects([
      { source: 'kraken', base: 'BTC', quote: 'USDT', price: '42283.58', time: 1704067200012, spread: 0.1 },
      { base: 'eth', quote: 'usdt', price: 2300, last_updated: '2024-01-01T00:00:00.450Z', market_cap: null },
    ]);
    expect(layoutOf(sample)).toMatchObject({ kind: 'quotes' });
    expect(rowsOf(sample, PAIR)).toMatchObject([
      {
        base: 'btc',
        quote: 'usdt',
        price: 42283.58,
        time: 1704067200012,
        source: 'kraken',
        others: { spread: 0.1 },
      },
      { base: 'eth', price: 2300, time: 1704067200450, source: undefined, marketCap: undefined },
    ]);
  });

  test('a flag fills in what a quote does not name, and a market cap in quotes is rejected', () => {
    const sample = objects([
      { base: null, quote: 'usd', price: 1, time: 1704067200, market_cap: 5 },
      { base: 'sol', quote: 'usd', price: 101.5, time: 1704067200, market_cap: '43500000000' },
      { base: 'usdt', quote: 'usd', price: 0, time: 1704067200, market_cap: 0 },
    ]);
    expect(rowsOf(sample, { base: 'btc' })).toEqual([
      expect.objectContaining({ base: 'btc', marketCap: 5 }),
      'market_cap: "43500000000" is not a positive number',
      "price: '0' is not a positive number",
    ]);
    expect(rowsOf(sample)[0]).toBe('base: nothing is not a currency symbol');
  });
});

describe('times that no row can have', () => {
  test('tell nothing of the length of bars', () => {
    const text = `time,open,high,low,close
2024-01-01T00:00:00Z,1,1,1,1
2042-01-01T00:01:40Z,1,1,1,1
2024-01-01T01:00:00Z,1,1,1,1
0,1,1,1,1
2024-01-01T02:00:00Z,1,1,1,1`;
    expect(layoutOf(table(cells(text)), PAIR)).toMatchObject({ interval: '1h', order: 'oldest first' });
    expect(briefRows(table(cells(text)), PAIR)[4]).toBe('2024-01-01T02:00..2024-01-01T03:00 1/1/1/1');
  });

  test('a row whose time is in the future, before 1990 or none at all is rejected; the others go on', () => {
    const text = `time,price
2024-01-01T00:00:10Z,100
2042-01-01T00:01:40Z,101.5
1970-01-01T00:00:00Z,1
soon,1
2024-01-01T00:02:10Z,102`;
    const sample = table(cells(text));
    expect(layoutOf(sample, PAIR)).toMatchObject({
      order: 'oldest first',
      description: expect.stringContaining('2024-01-01 00:00:10 to 2024-01-01 00:02:10'),
    });
    expect(briefRows(sample, PAIR)).toEqual([
      '2024-01-01T00:00:10.000 100',
      'its time 2042-01-01T00:01:40.000Z is too far ahead of the clock: after 2027-01-01T00:00:00.000Z (--max-ahead)',
      'its time 1970-01-01T00:00:00.000Z is before 1990',
      "'soon' is not a time",
      '2024-01-01T00:02:10.000 102',
    ]);
  });
});
