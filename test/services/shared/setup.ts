import build from '../../e2e/build.ts';
import { MAKERS } from './factories.ts';
import { openPool } from './pool.ts';
import { POOL } from './shared.ts';

/** Vitest's global set-up of this suite: the program is built once, and the run's files find what they share. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Each project of the suite has this set-up; the first one does it.
  if (process.env[POOL]) return undefined;
  build();
  const pool = await openPool(MAKERS);
  process.env[POOL] = pool.url;
  return () => pool.close();
}
