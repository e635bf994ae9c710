import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBarText } from '../../../src/market/prices/bar-text.ts';

const name = fc.oneof(
  fc.constantFrom('btc', 'usdt', 'binance', 'a"b', 'a\\', ',"open":', 'ü', '\u{1f600}'),
  fc.string(),
);
/** Numbers as texts that writers of JSON use, and some that none uses. */
const number = fc.oneof(
  { weight: 5, arbitrary: fc.double({ min: 0, noNaN: true }).map(String) },
  {
    weight: 5,
    arbitrary: fc.tuple(fc.nat(), fc.stringMatching(/^\d{1,25}$/)).map((parts) => parts.join('.')),
  },
  fc.stringMatching(/^\d{1,30}$/),
  fc.constantFrom(
    '0',
    '0.10',
    '-1',
    '-0',
    '1e3',
    '1.5E-7',
    '007',
    '1.',
    '.5',
    '',
    'null',
    '9007199254740993',
    'NaN',
  ),
);
const time = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
      .map((date) => date.toISOString()),
  },
  fc.constantFrom(
    '',
    '2026-03-01',
    '2026-03-01T00:00:00.0"0Z',
    '2026-03-01T00:00:00.0\n0Z',
    '2026-03-01T00:00:0\\u0030Z',
    'not a time of 24 letters',
  ),
);
const field = (key: string, value: fc.Arbitrary<string>) => value.map((text) => `,"${key}":${text}`);
const quoted = (value: fc.Arbitrary<string>) => value.map((text) => `"${text}"`);
const optional = (one: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 3, arbitrary: one }, { weight: 1, arbitrary: fc.constant('') });

const barText = fc
  .tuple(
    fc.record({ source: name, base: name, quote: name }).map((names) => JSON.stringify(names).slice(0, -1)),
    ...['open', 'high', 'low', 'close'].map((key) => field(key, number)),
    ...['volume', 'quote_volume', 'trades'].map((key) => optional(field(key, number))),
    field('start', quoted(time)),
    field('end', quoted(time)),
    fc.constantFrom(...Array(8).fill(',"final":true'), ',"final":false', ''),
    fc.oneof(fc.constant(''), field('received_at', quoted(time)), fc.constant(',"more":[1]')),
    fc.constantFrom(...Array(8).fill('}'), '', '} ', '}}', ',"close":7}'),
  )
  .map((parts) => parts.join(''));

/** What JSON.parse makes of a text, with the order of its fields; undefined if it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function expectSame(text: string): void {
  const bar = parseBarText(text);
  if (bar === undefined) return;
  expect(bar).toStrictEqual(parsed(text));
  expect(JSON.stringify(bar)).toBe(JSON.stringify(parsed(text)));
}

test('a text that is parsed has the value that JSON.parse gives it', () => {
  fc.assert(fc.property(barText, expectSame), { numRuns: 3000 });
});

const LONG =
  '{"source":"binance","base":"btc","quote":"usdt","open":60000.1,"high":60009.99,"low":59990,"close":0.3,' +
  '"volume":12.345,"quote_volume":740751.2345678901,"trades":900,"start":"2026-03-02T10:15:00.000Z",' +
  '"end":"2026-03-02T10:16:00.000Z","final":true,"received_at":"2026-03-02T10:16:01.123Z"}';
const LAYOUTS = [
  LONG,
  LONG.replace(/,"received_at":"[^"]*"/, ''),
  LONG.replace(/,"received_at":"[^"]*"/, '').replace(/,"quote_volume":.*(?=,"start")/, ''),
];

test.each(LAYOUTS)('the layouts of sources are parsed: %s', (text) => {
  expect(parseBarText(text)).toStrictEqual(JSON.parse(text));
});

test('a text of which some characters differ is parsed as JSON.parse does, or not at all', () => {
  const character = fc.oneof(
    fc.constantFrom(...'{}[]",:.\\-+0123456789eE \u0000\n'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  );
  const change = fc.tuple(fc.nat(LONG.length), fc.nat(2), character);
  fc.assert(
    fc.property(fc.constantFrom(...LAYOUTS), fc.array(change, { maxLength: 3 }), (text, changes) => {
      let changed = text;
      for (const [at, length, letter] of changes)
        changed = changed.slice(0, at) + letter + changed.slice(at + length);
      expectSame(changed);
    }),
    { numRuns: 5000 },
  );
});

test('many series, and texts of others among them, are parsed each with its own names', () => {
  for (const count of [200, 200])
    for (let i = 0; i < count; i++) {
      const text = LONG.replace('"btc"', `"c${i}"`);
      expect(parseBarText(text)).toStrictEqual(JSON.parse(text));
      expect(parseBarText(text.replace('"quote"', '"other"'))).toBeUndefined();
    }
});
