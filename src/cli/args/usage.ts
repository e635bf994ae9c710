import { UserError } from '../../core/errors.ts';
import type { Complaint } from './command.ts';

/** All complaints as one UserError, one a line. `name`: the command whose help to point to. */
export function usageError(complaints: readonly Complaint[], name: string): UserError {
  const path = name === '' ? 'cryptopipe' : `cryptopipe ${name}`;
  const message = complaints.map(({ text }) => text).join('\n');
  return new UserError('usage', message, `See '${path} --help'.`);
}
