import { list, type Options } from '../../core/option.ts';
import { processors } from '../../processors/index.ts';
import type { Processor } from '../../processors/processor.ts';
import type { Call, Complaint } from '../args/command.ts';
import { namedFileComplaints } from '../args/read-text.ts';
import { oneOfNames } from '../args/suggest.ts';
import { inChainOrder } from './chain.ts';
import { componentsOf } from './stages.ts';

/** Every processor, in chain order. */
export const chain = inChainOrder(Object.values<Processor>(processors));
export const processorComponents = componentsOf(
  'processor',
  Object.fromEntries(chain.map((one) => [one.name, one])),
);

const names = chain.map(({ name }) => name);

/** The processors of a run. */
export const processOption = list(
  '--process',
  '<names>',
  `Processors to run: ${names.join(', ')} (default: all that the sources feed).`,
  [],
  oneOfNames('processor', names),
);

/** Options that replace declared topics. */
export const renameOptions = {
  in: list(
    '--in',
    '<topic>',
    'Topic to read instead of the declared one, or several. With several inputs: DECLARED=ACTUAL.',
  ),
  out: list(
    '--out',
    '<topic>',
    'Topic to write instead of the declared one; may contain {coin}, {coin_name}, {tag} and {lang}.',
  ),
};

/** Settings of these processors that cannot work together. */
export const conflictComplaints = (
  processors: readonly Processor[],
  { of }: Pick<Call<Options>, 'of'>,
): Complaint[] =>
  processors.flatMap((processor) =>
    (processor.conflicts?.(of(processor.options)) ?? []).map((text) => ({ about: text, text })),
  );

/** What is wrong with the files that settings of these processors name. */
export const processorFileComplaints = (
  processors: readonly Processor[],
  { of }: Pick<Call<Options>, 'of'>,
): Complaint[] =>
  processors.flatMap((processor) => namedFileComplaints(processor.files?.(of(processor.options)) ?? []));
