import { type Option, optionalText } from '../../core/option.ts';

/** Others never get write access: LMDB creates its files with 0664 at most. */
const NEVER = 0o002;

function parseMode(text: string): number {
  const bits = /^0?[67][0-7]{2}$/.test(text) ? Number.parseInt(text, 8) : NEVER;
  if ((bits & NEVER) !== 0)
    throw new RangeError(`'${text}' is not a file mode; write 600, 640, 644, 660 or 664, as for chmod`);
  return bits & 0o666;
}

/** `--mode`: permissions of a file as a number, 0o640. */
export const mode: Option<number | undefined> = {
  ...optionalText(
    '--mode',
    '<octal>',
    'Permissions of new files; folders also get x wherever files have r (default: 600, reduced by the umask).',
  ),
  fallback: undefined,
  parse: parseMode,
};

/** The umask for new files: exactly `given`, or the user's `umask` with no access for group and others. */
export function umaskFor(given: number | undefined, umask: number): number {
  if (given === undefined) return umask | 0o077;
  const read = given & 0o444;
  return 0o777 & ~(given | (read >> 2));
}
