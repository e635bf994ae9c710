import { UserError } from '../../../core/errors.ts';
import type { PurgeContext } from '../../sink.ts';
import type { Store } from './store.ts';

/** At the start of a sink: deletes what killed processes left unfinished. One that cannot be deleted is a warning. */
export async function removeLeftovers(
  store: Store,
  { clock, warn }: Pick<PurgeContext, 'clock' | 'warn'>,
): Promise<void> {
  for (const { isLeft, remove } of await store.unfinished(clock.now(), false))
    if (isLeft)
      await remove().catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        warn(`a file that a killed process left unfinished stays: ${error.message}`);
      });
}

/**
 * Before a purge: an unfinished file may hold the posts, whole, and no listing shows it. Deletes those that killed
 * processes left, and names all others. Throws Problem for one that cannot be deleted.
 */
export async function purgeLeftovers(
  store: Store,
  { clock, info, warn, dryRun }: Pick<PurgeContext, 'clock' | 'info' | 'warn' | 'dryRun'>,
): Promise<void> {
  for (const { name, isLeft, remove } of await store.unfinished(clock.now(), true)) {
    const url = `${store.url}/${name}`;
    if (!isLeft)
      warn(
        `${url} is not finished, and may hold posts that are to go: purge again when its writer has ended`,
      );
    else if (dryRun)
      info(`would delete ${url}: a killed process left it unfinished, and it may hold the posts`);
    else {
      await remove();
      info(`deleted ${url}: a killed process left it unfinished, and it may have held the posts`);
    }
  }
}
