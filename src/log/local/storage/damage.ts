import { UserError } from '../../../core/errors.ts';

const RESTORE =
  'Restore the folder from a copy, or move it away and start with a new one (--bus local:OTHER).';

/** The error for a data file that differs from what cryptopipe wrote. */
export const damaged = (file: string, why: string, cause?: unknown) =>
  new UserError('damaged', `${file} is damaged: ${why}`, RESTORE, false, { cause });

/** The error for missing or changed records; `offset` is the first of them. */
export const damagedAt = (topic: string, partition: number, offset: number, why: string) =>
  new UserError(
    'damaged',
    `the bus is damaged: topic ${topic}, partition ${partition}, offset ${offset}: ${why}`,
    RESTORE,
  );
