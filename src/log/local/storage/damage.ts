import { UserError } from '../../../core/errors.ts';
import { howToSkip } from '../../log.ts';

const RESTORE =
  'Restore the folder from a copy, or move it away and start with a new one (--bus local:OTHER).';

/** A data file that is not what cryptopipe wrote. */
export const damaged = (file: string, why: string, cause?: unknown) =>
  new UserError('damaged', `${file} is damaged: ${why}`, RESTORE, false, { cause });

/**
 * Records that are not there or not as they were written. `offset` is the first of them, `last` the last; undefined where
 * that is not known.
 */
export class DamagedRecords extends UserError {
  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly offset: number,
    readonly why: string,
    last?: number,
  ) {
    super(
      'damaged',
      `the bus is damaged: topic ${topic}, partition ${partition}, offset ${offset}: ${why}`,
      last === undefined ? RESTORE : `${RESTORE} ${howToSkip(topic, partition, offset, last)}`,
    );
  }
}
