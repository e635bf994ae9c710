import { type Check, ok, warn } from '../../../core/check.ts';
import { listNames } from '../failed-check.ts';
import type { HintCommands } from '../hints.ts';

/** The operations on a topic that Kafka's ACLs allow this user. */
export interface TopicPermissions {
  readonly topic: string;
  /** False when the user may not even learn whether the topic exists. */
  readonly visible: boolean;
  /** One bit per operation; undefined if the broker does not report them. */
  readonly operations: number | undefined;
}

/** Operation codes (AclOperation.java). */
const READ = 3;
const WRITE = 4;

const lacks = ({ visible: seen, operations }: TopicPermissions, operation: number): boolean =>
  seen && operations !== undefined && (operations & (1 << operation)) === 0;

/** A missing permission is only a warning: a user that runs a single stage does not need all of them. */
export function checkPermissions(rights: readonly TopicPermissions[], { allow }: HintCommands): Check[] {
  const what = 'permissions';
  const groups = [
    { verb: 'see', operation: 'Describe', of: rights.filter(({ visible: seen }) => !seen) },
    { verb: 'read', operation: 'Read', of: rights.filter((one) => lacks(one, READ)) },
    { verb: 'write', operation: 'Write', of: rights.filter((one) => lacks(one, WRITE)) },
  ].filter(({ of }) => of.length > 0);
  if (groups.length === 0) return [ok(what, 'this user may read and write every topic of the pipeline')];
  return groups.map(({ verb, operation, of }) => {
    const topics = of.map(({ topic }) => topic);
    return warn(
      what,
      `this user may not ${verb} ${listNames(topics)}`,
      allow(`--operation ${operation} ${topics.map((topic) => `--topic ${topic}`).join(' ')}`),
    );
  });
}
