import { UserError } from '../../core/errors.ts';
import type { SourceContext } from '../source.ts';

type Secret = SourceContext['secret'];
/** Alternative sets of secret names; one complete set is required. */
type Sets = readonly (readonly string[])[];

/** An empty variable counts as unset: a compose file's `${KEY:-}` produces one. */
const completeSet = (sets: Sets, secret: Secret): readonly string[] | undefined =>
  sets.find((names) => names.every((name) => (secret(name) ?? '').trim() !== ''));

export const hasKeys = (sets: Sets, secret: Secret): boolean => completeSet(sets, secret) !== undefined;

/** The first complete set, trimmed; undefined when there is none. Throws UserError `usage` for a malformed one. */
export const keysIn = (sets: Sets, secret: Secret): readonly string[] | undefined =>
  completeSet(sets, secret)?.map((name) => {
    const value = secret(name)!.trim();
    if (/^[\x21-\x7e]+$/.test(value)) return value;
    throw new UserError(
      'usage',
      `${name} contains a space or another character that no key contains`,
      'Copy the key again, without quotes or line breaks.',
    );
  });

/** Like `keysIn`, but throws UserError `usage` with `hint` when there is no key. */
export function readKeys(sets: Sets, secret: Secret, service: string, hint: string): readonly string[] {
  const keys = keysIn(sets, secret);
  if (keys === undefined) throw new UserError('usage', `no key for ${service} is set`, hint);
  return keys;
}
