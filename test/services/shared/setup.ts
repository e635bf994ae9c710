import build from '../../e2e/build.ts';
import { FACTORIES } from './factories.ts';
import { openPool } from './pool.ts';
import { POOL } from './shared.ts';

/** Vitest's global setup of this suite: builds the program once and starts the pool of shared resources. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Every project of the suite runs this setup; only the first one does the work.
  if (process.env[POOL]) return undefined;
  build();
  const pool = await openPool(FACTORIES);
  process.env[POOL] = pool.url;
  return () => pool.close();
}
