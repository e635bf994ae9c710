import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TextBytes } from '../../../src/core/stream/record.ts';
import { readBar } from '../../../src/market/prices/bar.ts';
import { parseBarBytes } from '../../../src/market/prices/bar-bytes.ts';

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

/** The fields of a bar's text that stands among others; undefined for one that is left to JSON.parse. */
function barOf(text: string): Record<string, unknown> | undefined {
  const before = Buffer.from('12{"a":1.5');
  const bytes = Buffer.concat([before, Buffer.from(text), Buffer.from('34,"final":true}')]);
  const from = before.length;
  const bar = parseBarBytes(bytes as unknown as TextBytes, from, from + Buffer.byteLength(text));
  if (bar === undefined) return undefined;
  const { span, ...fields } = bar;
  const { start, end } = bar;
  expect(span).toEqual({ start: Date.parse(start), end: Date.parse(end) });
  return { ...fields, start, end };
}

/** What JSON.parse makes of a text, with the order of its fields; undefined if it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Without the time at which it was received, which no processor reads; fields that may be absent are null. */
function fieldsOf(value: unknown): unknown {
  const { received_at, ...fields } = value as Record<string, unknown>;
  return { quote_volume: null, trades: null, ...fields };
}

function expectSame(written: string): void {
  // Bytes hold no half of a surrogate pair.
  const text = Buffer.from(written).toString();
  const bar = barOf(text);
  if (bar === undefined) return;
  expect(bar).toEqual(fieldsOf(parsed(text)));
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
  expect(barOf(text)).toEqual(fieldsOf(JSON.parse(text)));
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
      expect(barOf(text)).toEqual(fieldsOf(JSON.parse(text)));
      expect(barOf(text.replace('"quote"', '"other"'))).toBeUndefined();
    }
});

test('a bar has the same span, and the same faults, as its JSON', () => {
  for (const text of [
    LONG,
    LONG.replace('"open":60000.1', '"open":1'),
    LONG.replace('10:15:00', '10:16:00'),
  ]) {
    const bytes = Buffer.from(text) as unknown as TextBytes;
    const outcome = (value: unknown): unknown => {
      try {
        const { start, end } = readBar(value);
        return { start, end };
      } catch (error) {
        return String(error);
      }
    };
    expect(outcome(parseBarBytes(bytes, 0, bytes.length))).toEqual(outcome(JSON.parse(text)));
  }
});
