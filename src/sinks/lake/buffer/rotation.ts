import { bytes, integer, type Settings } from '../../../core/option.ts';
import { span } from '../../../core/span-options.ts';
import { DAY, MINUTE } from '../../../core/util/time.ts';

/** Options for when rows become files, shared by the sinks that write a lake. */
export const rotationOptions = {
  every: span('--every', 'Write and commit at least this often.', MINUTE, {
    min: 100,
    max: DAY,
  }),
  rows: integer('--rows', '<count>', 'Approximate maximum rows per file.', 1_000_000, {
    min: 1,
    max: 100_000_000,
  }),
  bytes: bytes(
    '--bytes',
    'Approximate maximum memory of the rows of a file; the file is smaller.',
    64 * 2 ** 20,
    {
      min: 2 ** 10,
      max: 2 ** 31,
    },
  ),
  maxMemory: bytes(
    '--max-memory',
    'Memory limit for all topics; a quarter of it is for rows. Beyond it, the largest files are written early.',
    256 * 2 ** 20,
    { min: 2 ** 20, max: 2 ** 36 },
  ),
};

export type Rotation = Settings<typeof rotationOptions>;
