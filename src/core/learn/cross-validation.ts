import { murmur2 } from '../util/hash.ts';
import { logOdds, type Penalty, trainLogistic } from './logistic.ts';
import type { SparseRow } from './sparse.ts';

/** Labelled examples, as columns. */
export interface Examples {
  readonly rows: readonly SparseRow[];
  readonly labels: readonly boolean[];
  /** Examples of one group, such as copies of a text, are held back together. */
  readonly groups: readonly string[];
}

/**
 * A fold for each example, 0 to `count` - 1: about as many positive and negative ones in each, groups whole. It depends
 * on the groups' names, not on the order of the examples.
 */
export function assignFold({ labels, groups }: Omit<Examples, 'rows'>, count: number): number[] {
  const positives = new Map<string, number>();
  for (const [at, group] of groups.entries())
    positives.set(group, (positives.get(group) ?? 0) + (labels[at] ? 1 : 0));
  const order = [...positives]
    .map(([group, liked]) => ({ group, isPositive: liked > 0, hash: murmur2(group) }))
    .sort((a, b) => a.hash - b.hash || (a.group < b.group ? -1 : 1));
  const foldOf = new Map<string, number>();
  // The two classes are dealt from opposite ends, so that no fold is short of both.
  for (const isPositive of [true, false])
    for (const [at, { group }] of order.filter((one) => one.isPositive === isPositive).entries())
      foldOf.set(group, isPositive ? at % count : count - 1 - (at % count));
  return groups.map((group) => foldOf.get(group)!);
}

/** The log odds of each example by a model trained on the other folds. */
export function crossValidatedScores(examples: Examples, penalty: Penalty, count: number): number[] {
  const { rows, labels } = examples;
  const foldNumber = assignFold(examples, count);
  const scores = new Array<number>(rows.length).fill(0);
  for (let fold = 0; fold < count; fold++) {
    const isTraining = (_: unknown, at: number): boolean => foldNumber[at] !== fold;
    const model = trainLogistic(rows.filter(isTraining), labels.filter(isTraining), penalty);
    for (const [at, row] of rows.entries()) if (foldNumber[at] === fold) scores[at] = logOdds(model, row);
  }
  return scores;
}
