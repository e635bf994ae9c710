import { bytes, integer, type Settings, span } from '../../../core/option.ts';

/** When rows become files; shared by every sink that keeps a lake. */
export const rotationOptions = {
  every: span('--every', 'Write what has waited for so long.', 60_000, {
    min: 100,
    max: 86_400_000,
  }),
  rows: integer('--rows', '<count>', 'Rows of a file at most, about.', 1_000_000, {
    min: 1,
    max: 100_000_000,
  }),
  bytes: bytes(
    '--bytes',
    'Memory that the rows of a file take at most, about; the file is smaller.',
    64 * 2 ** 20,
    {
      min: 2 ** 10,
      max: 2 ** 31,
    },
  ),
  maxMemory: bytes(
    '--max-memory',
    'Memory of all topics together; past it the largest files are written early. A quarter of it holds rows.',
    256 * 2 ** 20,
    { min: 2 ** 20, max: 2 ** 36 },
  ),
};

export type Rotation = Settings<typeof rotationOptions>;
