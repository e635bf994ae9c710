import { type Check, ok, warn } from '../../../core/check.ts';
import { names } from '../finding.ts';
import type { Remedies } from '../hints.ts';

/** What Kafka's ACLs let this user do with a topic. */
export interface SeenRights {
  readonly topic: string;
  /** False: it may not even be seen whether there is such a topic. */
  readonly seen: boolean;
  /** A bit for each operation; undefined: not told. */
  readonly operations: number | undefined;
}

/** Numbers of operations (AclOperation.java). */
const READ = 3;
const WRITE = 4;

const lacks = ({ seen, operations }: SeenRights, operation: number): boolean =>
  seen && operations !== undefined && (operations & (1 << operation)) === 0;

/** A user that runs one stage alone needs less than all: so what is missing is no more than a warning. */
export function judgeRights(rights: readonly SeenRights[], { allow }: Remedies): Check[] {
  const what = 'rights';
  const groups = [
    { verb: 'see', operation: 'Describe', of: rights.filter(({ seen }) => !seen) },
    { verb: 'read', operation: 'Read', of: rights.filter((one) => lacks(one, READ)) },
    { verb: 'write', operation: 'Write', of: rights.filter((one) => lacks(one, WRITE)) },
  ].filter(({ of }) => of.length > 0);
  if (groups.length === 0) return [ok(what, 'this user may read and write every topic of the pipeline')];
  return groups.map(({ verb, operation, of }) => {
    const topics = of.map(({ topic }) => topic);
    return warn(
      what,
      `this user may not ${verb} ${names(topics)}`,
      allow(`--operation ${operation} ${topics.map((topic) => `--topic ${topic}`).join(' ')}`),
    );
  });
}
