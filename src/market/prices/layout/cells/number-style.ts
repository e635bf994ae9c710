import type { Cell } from '../../table.ts';
import { type Decimal, withoutCurrency } from './numbers.ts';

/** What the texts of some cells show about their decimal sign. */
interface Votes {
  point: number;
  comma: number;
  /** Cells such as `42,283`, which are a whole number or have a fraction. */
  unclear: number;
  /** Cells such as `42.283`, which have a fraction unless other cells have decimal commas. */
  usual: number;
  /** Cells such as `1.057.030`: thousands, or a number that a spreadsheet has changed. */
  dotGroups: number;
  readonly examples: Partial<Record<Decimal | 'unclear' | 'dotGroups', string>>;
}

const NUMERIC = /^\d[\d.,\s\u00a0\u202f'’_]*[KMBT%]?$/i;
const OWN_GROUP = /^[1-9]\d{0,2}[.,]\d{3}$/;

function vote(votes: Votes, cell: Cell): void {
  if (typeof cell !== 'string') return;
  const text = withoutCurrency(cell);
  const points = text.split('.').length - 1;
  const commas = text.split(',').length - 1;
  if (points + commas === 0 || !NUMERIC.test(text)) return;
  const count = (
    kind: 'point' | 'comma' | 'unclear' | 'dotGroups',
    example: Decimal | 'unclear' | 'dotGroups',
  ) => {
    votes[kind]++;
    votes.examples[example] ??= text.slice(0, 40);
  };
  if (points > 0 && commas > 0) {
    if (text.lastIndexOf('.') > text.lastIndexOf(',')) count('point', '.');
    else count('comma', ',');
  } else if (points > 1) count('dotGroups', 'dotGroups');
  else if (commas > 1) count('point', '.');
  else if (points === 1) {
    if (OWN_GROUP.test(text)) votes.usual++;
    else count('point', '.');
  } else if (OWN_GROUP.test(text)) count('unclear', 'unclear');
  else count('comma', ',');
}

function votesOf(cells: Iterable<Cell>): Votes {
  const votes: Votes = { point: 0, comma: 0, unclear: 0, usual: 0, dotGroups: 0, examples: {} };
  for (const cell of cells) vote(votes, cell);
  return votes;
}

/** A few broken cells do not decide about a file. */
const FEW = 0.01;

/**
 * The decimal sign of a file's numbers. `prices` decide, `amounts` (volumes) where those leave it open. `why`: it cannot be
 * told.
 */
export function decimalOf(
  prices: Iterable<Cell>,
  amounts: Iterable<Cell>,
): Decimal | { readonly why: string } {
  const votes = votesOf(prices);
  const { point, comma, unclear, usual, dotGroups, examples } = votes;
  if (dotGroups > FEW * (dotGroups + point + comma) && comma === 0)
    return {
      why: `prices such as '${examples.dotGroups}' are no plain numbers (a spreadsheet may have changed them): take the file as it was downloaded, or add --decimal , if points group their thousands`,
    };
  const groups = dotGroups + comma;
  if (point > FEW * groups && groups > FEW * point)
    return {
      why: `prices are written in two ways, '${examples['.']}' and '${examples[','] ?? examples.dotGroups}': add --decimal . or --decimal ,`,
    };
  if (groups > point) return ',';
  if (point > 0 || unclear + usual === 0) return '.';
  const beside = votesOf(amounts);
  if (beside.point > 0 && beside.comma === 0) return '.';
  if (beside.comma > 0 && beside.point === 0) return ',';
  if (unclear === 0) return '.';
  return {
    why: `a price such as '${examples.unclear}' is a whole number or has a fraction: add --decimal . (it is ${examples.unclear!.replace(',', '')}) or --decimal , (it is ${examples.unclear!.replace(',', '.')})`,
  };
}
