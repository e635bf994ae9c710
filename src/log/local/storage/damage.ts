import { UserError } from '../../../core/errors.ts';

const RESTORE =
  'Restore the folder from a copy, or move it away and start with a new one (--bus local:OTHER).';

/** A data file that is not what cryptopipe wrote. */
export const damaged = (file: string, why: string, cause?: unknown) =>
  new UserError('damaged', `${file} is damaged: ${why}`, RESTORE, false, { cause });

/** Records that are not there or not as they were written; `offset` is the first of them. */
export const damagedAt = (topic: string, partition: number, offset: number, why: string) =>
  new UserError(
    'damaged',
    `the bus is damaged: topic ${topic}, partition ${partition}, offset ${offset}: ${why}`,
    RESTORE,
  );
