import { UserError } from '../../../core/errors.ts';
import { skipRecordsHint } from '../../log.ts';

const RESTORE =
  'Restore the folder from a copy, or move it away and start with a new one (--bus local:OTHER).';

/** The error for a data file whose content cryptopipe did not write. */
export const damaged = (file: string, why: string, cause?: unknown) =>
  new UserError('damaged', `${file} is damaged: ${why}`, RESTORE, false, { cause });

/**
 * The error for missing or changed records. `offset` is the first of them, `last` the last; undefined if unknown.
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
      last === undefined ? RESTORE : `${RESTORE} ${skipRecordsHint(topic, partition, offset, last)}`,
    );
  }
}
