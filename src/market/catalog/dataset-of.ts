import { UserError } from '../../core/errors.ts';
import { DATASETS, type Dataset } from './datasets.ts';
import { feedOf } from './feeds.ts';

/** The dataset of a topic: the one named by `--dataset`, otherwise that of its feed. Throws UserError `usage`. */
export function datasetOf(topic: string, named?: string): Dataset {
  const known = Object.keys(DATASETS).join(', ');
  const name = named ?? feedOf(topic)?.dataset;
  if (name !== undefined && Object.hasOwn(DATASETS, name)) return DATASETS[name as keyof typeof DATASETS];
  if (named !== undefined)
    throw new UserError('usage', `unknown dataset '${named}'`, `Choose one of ${known}.`);
  throw new UserError(
    'usage',
    `the columns of topic '${topic}' are unknown`,
    `Name them with --dataset: ${known}.`,
  );
}
