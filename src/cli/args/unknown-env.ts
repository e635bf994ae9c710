import type { Io } from '../process/io.ts';
import { envName } from './resolve-settings.ts';
import { suggest } from './suggest.ts';

const PREFIX = envName('--');
/** What is named after no flag: settings and keys of services, switches of tests. */
const OTHERS = /^CRYPTOPIPE_(KAFKA_|MONGO_|TEST_|TRACE$)/;

/** Variables that set nothing, though they are named as ours. `names`: those that count. */
export const unknownVariables = (env: Io['env'], names: ReadonlySet<string>): string[] =>
  Object.keys(env).filter((name) => name.startsWith(PREFIX) && !OTHERS.test(name) && !names.has(name));

/** Warnings about those that are nearly one that counts. Others may be for somebody else: Kubernetes makes some. */
export function unknownEnv(env: Io['env'], names: ReadonlySet<string>): string[] {
  const bare = (name: string) => name.slice(PREFIX.length);
  return unknownVariables(env, names).flatMap((name) => {
    const meant = suggest(bare(name), [...names].filter((one) => one.startsWith(PREFIX)).map(bare));
    return meant === undefined ? [] : [`${name} sets nothing; did you mean ${PREFIX}${meant}?`];
  });
}
