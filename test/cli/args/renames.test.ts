import { expect, test } from 'vitest';
import { processorRenames } from '../../../src/cli/args/renames.ts';
import type { Processor } from '../../../src/processors/processor.ts';
import { processor } from '../fake-processors.ts';

const join = processor('join', ['prices-wallex', 'prices-file'], 'prices');
const candles = processor('candles', ['prices'], 'candles');

const renames = (processors: readonly Processor[], given: { in?: string[]; out?: string[] }) => {
  const { byProcessor, complaints } = processorRenames(processors, { in: [], out: [], ...given });
  const plain = Object.fromEntries([...byProcessor].map(([name, map]) => [name, Object.fromEntries(map)]));
  return { plain, texts: complaints.map(({ text }) => text) };
};

test('a plain name renames the only topic', () => {
  expect(renames([candles], { in: ['mine'], out: ['{coin}-candles'] })).toEqual({
    plain: { candles: { prices: ['mine'], candles: ['{coin}-candles'] } },
    texts: [],
  });
});

test('with several topics the declared one must be named', () => {
  expect(renames([join], { in: ['prices-file=mine'] }).plain).toEqual({ join: { 'prices-file': ['mine'] } });
  expect(renames([join], { in: ['mine'] }).texts).toEqual([
    "--in: 'mine' could replace any of prices-wallex, prices-file; write prices-wallex=mine",
  ]);
});

test('a plain name replaces the prices of candles, and no bars are read', () => {
  const ofBars = processor('candles', ['prices', 'bars-file'], 'candles');
  expect(renames([ofBars], { in: ['mine'] })).toEqual({
    plain: { candles: { prices: ['mine'], 'bars-file': [] } },
    texts: [],
  });
  expect(renames([ofBars], { in: ['bars-file=mine'] }).plain).toEqual({ candles: { 'bars-file': ['mine'] } });
});

test('a renamed output is read under its new name by the next processor', () => {
  expect(renames([join, candles], { out: ['prices=p2'] }).plain).toEqual({
    join: { prices: ['p2'] },
    candles: { prices: ['p2'] },
  });
  expect(renames([join, candles], { out: ['prices=p2'], in: ['prices=p3'] }).plain.candles).toEqual({
    prices: ['p3'],
  });
});

test('all unknown and impossible names are reported', () => {
  expect(renames([candles], { in: ['price=x'], out: ['a b'] }).texts).toEqual([
    "--in: no topic 'price' here; did you mean prices?",
    "--out: 'a b' is not a topic name; use up to 249 characters of a-z, A-Z, 0-9, '.', '_' and '-', or {coin}, {coin_name}, {tag} or {lang}",
  ]);
});

test('no processor can read a topic named by a template', () => {
  expect(renames([join, candles], { out: ['prices={coin}-prices'] }).texts).toEqual([
    "--out: candles reads prices and cannot read the template '{coin}-prices'; run it separately with --in prices=NAME",
  ]);
});

test('no processor may read its own output', () => {
  expect(renames([candles], { in: ['rejects'] }).texts).toEqual([
    '--in: candles writes to topic rejects and would read its own records in a loop',
  ]);
  expect(renames([candles], { out: ['prices'] }).texts).toEqual([
    '--in: candles writes to topic prices and would read its own records in a loop',
  ]);
});

test('an input may have several topics, an output only one', () => {
  expect(renames([candles], { in: ['bitcoin', 'ethereum', 'bitcoin'] }).plain).toEqual({
    candles: { prices: ['bitcoin', 'ethereum'] },
  });
  expect(renames([join], { in: ['prices-file=a', 'prices-wallex=b', 'prices-file=c'] }).plain).toEqual({
    join: { 'prices-file': ['a', 'c'], 'prices-wallex': ['b'] },
  });
  expect(renames([candles], { out: ['a', 'b'] }).texts).toEqual([
    '--out: candles cannot be written to both a and b; name one topic',
  ]);
});
