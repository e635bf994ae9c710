import { InvalidRecord } from '../../../../core/stream/record.ts';
import type { Cell, Row } from '../../table.ts';
import type { SeriesPlan } from '../plan.ts';
import { baseSymbol, type Pair, splitSymbol } from './pair.ts';

/** Longer symbols are broken rows. */
const LONGEST_SYMBOL = 32;

function symbolIn(cell: Cell, otherwise: string | undefined, field: string): string {
  const text = cell == null || cell === '' ? otherwise : cell;
  if (typeof text !== 'string' || text === '' || text.length > LONGEST_SYMBOL)
    throw new InvalidRecord(
      `${field}: ${text === undefined ? 'nothing' : `'${String(text).slice(0, 60)}'`} is not a currency symbol`,
    );
  return text;
}

/** Gives the pair of each row; undefined for a row of another series than the one asked for. Throws InvalidRecord. */
export function seriesReader(plan: SeriesPlan): (row: Row) => Pair | undefined {
  const { only, symbolAt, baseAt, quoteAt, base, quote } = plan;
  const pairs = new Map<Cell, Pair>(Object.entries(plan.pairs));

  function addSymbol(cell: Cell): Pair {
    const symbol = String(cell ?? '').trim();
    const pair = pairs.get(symbol) ?? (plan.isOpen ? splitSymbol(symbol) : undefined);
    if (pair === undefined)
      throw new InvalidRecord(`'${symbol.slice(0, 60)}' is a series of another pair (--symbol takes one)`);
    pairs.set(cell, pair);
    return pair;
  }

  let pairOf: (row: Row) => Pair;
  if (symbolAt !== undefined) pairOf = (row) => pairs.get(row[symbolAt]) ?? addSymbol(row[symbolAt]);
  else if (baseAt === undefined && quoteAt === undefined) {
    const fixed: Pair = { base: base!, quote: quote! };
    pairOf = () => fixed;
  } else
    pairOf = (row) => ({
      base: baseSymbol(symbolIn(baseAt === undefined ? undefined : row[baseAt], base, 'base')),
      quote: symbolIn(quoteAt === undefined ? undefined : row[quoteAt], quote, 'quote')
        .trim()
        .toLowerCase(),
    });
  if (only === undefined) return pairOf;
  return (row) => (String(row[only.at] ?? '').trim() === only.value ? pairOf(row) : undefined);
}
