import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { barsOf, importPrices, rejectsOf, samplesOf, sourceHarness } from '../collect.ts';
import { temporaryFolder } from '../folder.ts';

const { write } = temporaryFolder();

const CANDLES = `timestamp,open,high,low,close,volume
2025-06-01 00:00:00+00:00,10,14,9,12,1
2025-06-01 00:01:00+00:00,12,13,8,9,1
`;
const BARS = [
  ['2025-06-01T00:00:00.000Z', '2025-06-01T00:01:00.000Z', 10, 14, 9, 12],
  ['2025-06-01T00:01:00.000Z', '2025-06-01T00:02:00.000Z', 12, 13, 8, 9],
];

describe('bars', () => {
  test('each row is a bar', async () => {
    const { records, counts } = await importPrices(write(CANDLES));
    expect(barsOf(records)).toEqual(BARS);
    expect(counts).toEqual({});
    expect(records[0]).toEqual({
      topic: 'bars-file',
      partitionKey: 'btc',
      key: 'file|btc|usdt|1m@2025-06-01T00:00:00.000Z',
      value:
        '{"source":"file","base":"btc","quote":"usdt","open":10,"high":14,"low":9,"close":12,"volume":1,"start":"2025-06-01T00:00:00.000Z","end":"2025-06-01T00:01:00.000Z","final":true}',
      headers: { source: 'file', schema: 'bar/1' },
    });
  });

  test.each([
    ['with Windows line ends', CANDLES.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\uFEFF${CANDLES}`],
    ['with blank lines', CANDLES.replaceAll('\n', '\n\n')],
    ['without a last line end', CANDLES.trimEnd()],
    [
      'with other columns, in another order, quoted',
      'x,Close,LOW,high,open,time\n"a,b",12,9,14,10,1748736000\n"",9,8,13,12,1748736060\n',
    ],
  ])('%s', async (_, text) => {
    const { records } = await importPrices(write(text));
    expect(barsOf(records)).toEqual(BARS);
  });

  test('currencies are lower-case and --topic may hold {coin} and {coin_name}', async () => {
    const { records } = await importPrices(write(CANDLES), sourceHarness(), {
      base: 'BTC',
      quote: 'USDT',
      topic: '{coin}-{coin_name}',
    });
    expect(records[0]).toMatchObject({
      topic: 'btc-bitcoin',
      key: 'file|btc|usdt|1m@2025-06-01T00:00:00.000Z',
    });
  });

  test('rows that run from the newest to the oldest are read from the last to the first', async () => {
    const [header, first, second] = CANDLES.split('\n');
    for (const pack of [(text: string) => text, gzipSync]) {
      const around = sourceHarness();
      const path = write(pack([header, second, 'x', first, ''].join('\n')));
      const { records } = await importPrices(path, around);
      expect(barsOf(records)).toEqual(BARS);
      expect(rejectsOf(records)).toEqual([[3, '1 fields, but the header has 6']]);
      expect(around.infos[0]).toContain('newest first');
      expect(around.warnings).toEqual([]);
    }
  });

  test('--interval says how long a bar is where one row cannot', async () => {
    const one = write(CANDLES.split('\n').slice(0, 2).join('\n'));
    await expect(importPrices(one)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('one time does not tell how long a bar is: add --interval'),
    });
    const { records } = await importPrices(one, sourceHarness(), { interval: 60_000 });
    expect(barsOf(records)).toEqual(BARS.slice(0, 1));
  });

  test('a bad row is rejected with its line and reason, the rest goes on', async () => {
    const [header, first, second] = CANDLES.split('\n');
    const bad = ['2025-06-01 00:02:00+00:00,-,13,8,9,1', 'never,1,1,1,1,1', '1,2', '"'];
    const path = write([header, first, ...bad, second, ''].join('\n'));
    const { records, counts } = await importPrices(path);
    expect(barsOf(records)).toEqual(BARS);
    expect(counts).toEqual({});
    expect(rejectsOf(records)).toEqual([
      [3, "open: '-' is not a positive number"],
      [4, "'never' is not a time"],
      [5, '2 fields, but the header has 6'],
      [6, 'a quote is not closed, or is inside a field'],
    ]);
    const reject = records.find(({ topic }) => topic === 'rejects')!;
    expect(JSON.parse(reject.value!)).toEqual({
      topic: 'bars-file',
      source: 'file',
      file: path,
      line: 3,
      text: bad[0],
      why: "open: '-' is not a positive number",
    });
    expect(reject.headers).toMatchObject({ source: 'file', schema: 'reject/1' });
  });
});

describe('ticks', () => {
  test('each row is a sample', async () => {
    const text = 'time,price\n1748736000000,1.5\n2025-06-01T03:30:00.250+03:30,2\n1748736001,0.000001\n';
    const { records } = await importPrices(write(text));
    expect(samplesOf(records)).toEqual([
      ['2025-06-01T00:00:00.000Z', 1.5],
      ['2025-06-01T00:00:00.250Z', 2],
      ['2025-06-01T00:00:01.000Z', 0.000001],
    ]);
  });

  test('a candle file can be read as ticks of a column of its own', async () => {
    const path = write('time,open,high,low,close,price\n1748736000,1,1,1,1,7\n');
    const { records } = await importPrices(path, sourceHarness(), { fileFormat: 'ticks' });
    expect(samplesOf(records)).toEqual([['2025-06-01T00:00:00.000Z', 7]]);
  });

  test('a CSV needs --base and --quote, and asks for what is not given', async () => {
    const ticks = write('time,price\n1748736000,1\n');
    await expect(importPrices(ticks, sourceHarness(), { quote: undefined })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('--quote'),
    });
  });

  test('a missing column is a problem that names those found and needed', async () => {
    await expect(importPrices(write('when,what\n1,2\n'))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(
        'columns found: when,what; needed: timestamp,open,high,low,close or time,price',
      ),
    });
    await expect(
      importPrices(write('time,price\n1,2\n'), sourceHarness(), { fileFormat: 'candles' }),
    ).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('needed: timestamp,open,') });
  });
});

describe('quotes', () => {
  const line = (fields: object) => `${JSON.stringify(fields)}\n`;
  const full = {
    base: 'ETH',
    quote: 'USDT',
    price: 2500.5,
    market_cap: 3e11,
    last_updated: '2025-06-01T02:00:00+02:00',
    rank: 2,
  };

  test('a line is a quote; unknown fields pass', async () => {
    const { records } = await importPrices(write(line(full)));
    expect(records[0]!.key).toBe('eth/usdt@2025-06-01T00:00:00.000Z');
    expect(JSON.parse(records[0]!.value!)).toEqual({
      ...full,
      source: 'file',
      base: 'eth',
      quote: 'usdt',
      last_updated: '2025-06-01T00:00:00.000Z',
    });
  });

  test('time may replace last_updated, also as an epoch, and flags may replace the currencies', async () => {
    const { records } = await importPrices(write(line({ price: 5, time: 1748736000 })));
    expect(JSON.parse(records[0]!.value!)).toEqual({
      source: 'file',
      base: 'btc',
      quote: 'usdt',
      price: 5,
      last_updated: '2025-06-01T00:00:00.000Z',
    });
  });

  test('a source of its own is kept behind file-, for history has no bounded lag', async () => {
    const text = ['coinmarketcap', 'file', 'file-wallex'].map((source) => line({ ...full, source })).join('');
    const { records } = await importPrices(write(text));
    expect(records.map(({ value }) => JSON.parse(value!).source)).toEqual([
      'file-coinmarketcap',
      'file',
      'file-wallex',
    ]);
  });

  test('bad lines are rejected with line and reason', async () => {
    const bad = [
      '{"price":',
      '[1]',
      '7',
      line({ ...full, price: '-' }).trim(),
      line({ ...full, price: -1 }).trim(),
    ];
    const more = [
      { ...full, last_updated: 'x' },
      { ...full, base: 7 },
      { base: 'btc', quote: 'usdt', price: 1 },
    ];
    const text = line(full) + [...bad, ...more.map((fields) => line(fields).trim())].join('\n');
    const { records, counts } = await importPrices(write(`${text}\n${line(full)}`));
    expect(samplesOf(records)).toHaveLength(2);
    expect(counts).toEqual({});
    expect(rejectsOf(records)).toEqual([
      [2, expect.stringContaining('not JSON')],
      [3, 'not a JSON object'],
      [4, 'not a JSON object'],
      [5, "price: '-' is not a positive number"],
      [6, "price: '-1' is not a positive number"],
      [7, "'x' is not a time"],
      [8, "base: '7' is not a currency symbol"],
      [9, "'' is not a time"],
    ]);
  });
});

describe('the machine', () => {
  test('its time zone changes nothing', async () => {
    const zone = process.env.TZ;
    const path = write('time,price\n2025-03-30T02:30:00,1\n2025-11-02 01:30,2\n');
    const all = [];
    for (const name of ['UTC', 'Asia/Tehran', 'America/New_York']) {
      process.env.TZ = name;
      all.push(samplesOf((await importPrices(path)).records));
    }
    process.env.TZ = zone;
    expect(all[0]).toEqual([
      ['2025-03-30T02:30:00.000Z', 1],
      ['2025-11-02T01:30:00.000Z', 2],
    ]);
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).toEqual(all[0]);
  });

  test('gzip is known by its first bytes, whatever the name', async () => {
    const { records } = await importPrices(write(gzipSync(CANDLES)));
    expect(barsOf(records)).toEqual(BARS);
  });
});

describe('lines that would harm what comes after them', () => {
  const quote = (time: string, more = '') =>
    `{"base":"btc","quote":"usdt","price":1,"time":"${time}"${more}}`;

  test('a time more than a day ahead of the clock is rejected, in quotes, ticks and candles', async () => {
    const run = (text: string) => {
      const around = sourceHarness();
      return importPrices(write(text), { ...around, context: { ...around.context, maxAheadMs: 86_400_000 } });
    };
    // The clock stands at 2026-01-02T03:04:05Z.
    const lines = [
      '2026-01-03T03:04:05.000Z',
      '2026-01-03T03:04:05.001Z',
      '2099-12-31T10:00:00Z',
      '4102358400',
    ];
    const quotes = await run(`${lines.map((time) => quote(time)).join('\n')}\n`);
    expect([samplesOf(quotes.records).length, rejectsOf(quotes.records).map(([line]) => line)]).toEqual([
      1,
      [2, 3, 4],
    ]);
    const ticks = await run(`time,price\n${lines.map((time) => `${time},1\n`).join('')}`);
    expect([samplesOf(ticks.records).length, rejectsOf(ticks.records).map(([line]) => line)]).toEqual([
      1,
      [3, 4, 5],
    ]);
    const candles = await run(
      `time,open,high,low,close\n2025-06-01,1,1,1,1\n2099-06-01,1,1,1,1\n2025-06-02,1,1,1,1\n`,
    );
    expect([barsOf(candles.records).length, rejectsOf(candles.records).map(([line]) => line)]).toEqual([
      2,
      [3],
    ]);
  });

  test('a line nested 100,000 deep is rejected, and the lines after it are read', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const text = [
      quote('2025-06-01T10:00:00Z'),
      quote('2025-06-01T10:00:01Z', `,"deep":${deep}`),
      quote('2025-06-01T10:00:02Z'),
    ];
    const { records } = await importPrices(write(`${text.join('\n')}\n`));
    expect(samplesOf(records).map(([time]) => time)).toEqual([
      '2025-06-01T10:00:00.000Z',
      '2025-06-01T10:00:02.000Z',
    ]);
    expect(rejectsOf(records)).toEqual([[2, 'nested deeper than 64']]);
  });

  test('whole numbers past 2^53 in other fields keep their digits, and a market cap is a float', async () => {
    const more =
      ',"order_id":1790000000000000001,"list":[12345678901234567890],"market_cap":130000000000000000001';
    const { records } = await importPrices(write(`${quote('2025-06-01T10:00:00Z', more)}\n`));
    expect(records[0]!.value).toBe(
      '{"source":"file","base":"btc","quote":"usdt","price":1,"market_cap":130000000000000000000,"last_updated":"2025-06-01T10:00:00.000Z","order_id":1790000000000000001,"list":[12345678901234567890]}',
    );
  });

  test('half a surrogate pair is no symbol', async () => {
    const { records } = await importPrices(
      write('{"base":"\\ud800","quote":"usdt","price":1,"time":"2025-06-01"}\n'),
    );
    expect(rejectsOf(records)).toMatchObject([[1, expect.stringContaining('is not a currency symbol')]]);
  });
});
