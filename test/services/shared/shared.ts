import type { MAKERS } from './factories.ts';
import { ask } from './pool.ts';

export type Shared = { [Name in keyof typeof MAKERS]: Awaited<ReturnType<(typeof MAKERS)[Name]>>['value'] };

/** The environment variable by which test files find the run's pool. */
export const POOL = 'CRYPTOPIPE_TEST_POOL';

/** A server or tool that all test files of the run share; the first who asks has it made. Throws where it cannot be. */
export async function shared<Name extends keyof Shared>(name: Name): Promise<Shared[Name]> {
  const pool = process.env[POOL];
  if (!pool) throw new Error('no shared servers: run this file with vitest.services.config.ts');
  return (await ask(pool, name)) as Shared[Name];
}
