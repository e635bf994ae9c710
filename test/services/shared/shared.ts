import type { FACTORIES } from './factories.ts';
import { ask } from './pool.ts';

export type Shared = {
  [Name in keyof typeof FACTORIES]: Awaited<ReturnType<(typeof FACTORIES)[Name]>>['value'];
};

/** The environment variable by which test files find the run's pool. */
export const POOL = 'CRYPTOPIPE_TEST_POOL';

/** A server or tool shared by all test files of the run, created on first use. Throws if that fails. */
export async function shared<Name extends keyof Shared>(name: Name): Promise<Shared[Name]> {
  const pool = process.env[POOL];
  if (!pool) throw new Error('no shared servers: run this file with vitest.services.config.ts');
  return (await ask(pool, name)) as Shared[Name];
}
