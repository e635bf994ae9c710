import { type Option, optionalText } from '../../core/option.ts';

/** What others than the owner may never do: LMDB makes its files with 0664 at most. */
const NEVER = 0o002;

function parseMode(text: string): number {
  const bits = /^0?[67][0-7]{2}$/.test(text) ? Number.parseInt(text, 8) : NEVER;
  if ((bits & NEVER) !== 0)
    throw new RangeError(`'${text}' is no mode; write 600, 640, 644, 660 or 664 (chmod's numbers for files)`);
  return bits & 0o666;
}

/** `--mode`: permissions of a file as a number, 0o640. */
export const mode: Option<number | undefined> = {
  ...optionalText(
    '--mode',
    '<octal>',
    'Permissions of files made here; folders get x where files have r (default: 600, and what the umask takes away).',
  ),
  fallback: undefined,
  parse: parseMode,
};

/**
 * The umask under which everything is made: `given` exactly, else the user's, with nothing left for group and others.
 * `umask`: the user's.
 */
export function umaskFor(given: number | undefined, umask: number): number {
  if (given === undefined) return umask | 0o077;
  const read = given & 0o444;
  return 0o777 & ~(given | (read >> 2));
}
