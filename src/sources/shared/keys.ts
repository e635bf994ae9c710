import { UserError } from '../../core/errors.ts';
import type { SourceContext } from '../source.ts';

type Secret = SourceContext['secret'];
/** Names of secrets; those of one set belong together, and one complete set is needed. */
type Sets = readonly (readonly string[])[];

/** A variable that is empty is none: a compose file's `${KEY:-}` gives it. */
const completeSet = (sets: Sets, secret: Secret): readonly string[] | undefined =>
  sets.find((names) => names.every((name) => (secret(name) ?? '').trim() !== ''));

export const hasKeys = (sets: Sets, secret: Secret): boolean => completeSet(sets, secret) !== undefined;

/** The first complete set, trimmed; undefined when there is none. Throws Problem `usage` for one that cannot be sent. */
export const keysIn = (sets: Sets, secret: Secret): readonly string[] | undefined =>
  completeSet(sets, secret)?.map((name) => {
    const value = secret(name)!.trim();
    if (/^[\x21-\x7e]+$/.test(value)) return value;
    throw new UserError(
      'usage',
      `${name} holds a blank or a character that no key has`,
      'Copy the key again, without quotes and line ends.',
    );
  });

/** As `keysIn`. Throws Problem `usage` when there is none, too, with `remedy`. */
export function readKeys(sets: Sets, secret: Secret, service: string, remedy: string): readonly string[] {
  const keys = keysIn(sets, secret);
  if (keys === undefined) throw new UserError('usage', `there is no key for ${service}`, remedy);
  return keys;
}
