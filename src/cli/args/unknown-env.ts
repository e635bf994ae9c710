import type { Io } from '../process/io.ts';
import { envName } from './resolve-settings.ts';
import { suggest } from './suggest.ts';

const PREFIX = envName('--');
/** Variables that belong to no flag: settings and keys of services, test switches. */
const OTHERS = /^CRYPTOPIPE_(KAFKA_|MONGO_|TEST_|TRACE$)/;

/** Variables with our prefix that set nothing. `names`: the known ones. */
export const unknownVariables = (env: Io['env'], names: ReadonlySet<string>): string[] =>
  Object.keys(env).filter((name) => name.startsWith(PREFIX) && !OTHERS.test(name) && !names.has(name));

/** Warns about unknown variables that resemble a known one. Others may come from elsewhere: Kubernetes sets some. */
export function unknownEnv(env: Io['env'], names: ReadonlySet<string>): string[] {
  const bare = (name: string) => name.slice(PREFIX.length);
  return unknownVariables(env, names).flatMap((name) => {
    const meant = suggest(bare(name), [...names].filter((one) => one.startsWith(PREFIX)).map(bare));
    return meant === undefined ? [] : [`${name} has no effect; did you mean ${PREFIX}${meant}?`];
  });
}
