import { UserError } from '../../../core/errors.ts';
import type { PurgeContext } from '../../sink.ts';
import type { TableStore } from './store.ts';

/** Deletes unfinished files of killed processes when a sink starts. Warns about a file that it cannot delete. */
export async function removeLeftovers(
  store: TableStore,
  { clock, warn }: Pick<PurgeContext, 'clock' | 'warn'>,
): Promise<void> {
  for (const { isAbandoned: isLeft, remove } of await store.unfinished(clock.now(), false))
    if (isLeft)
      await remove().catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        warn(`cannot remove an unfinished file of a killed process: ${error.message}`);
      });
}

/**
 * Deletes unfinished files of killed processes before a purge, since they may contain the posts and no listing shows
 * them. Warns about all other unfinished files. Throws UserError for a file that it cannot delete.
 */
export async function purgeLeftovers(
  store: TableStore,
  { clock, info, warn, dryRun }: Pick<PurgeContext, 'clock' | 'info' | 'warn' | 'dryRun'>,
): Promise<void> {
  for (const { name, isAbandoned: isLeft, remove } of await store.unfinished(clock.now(), true)) {
    const url = `${store.url}/${name}`;
    if (!isLeft)
      warn(`${url} is unfinished and may contain posts to delete; purge again when its writer has stopped`);
    else if (dryRun)
      info(`would delete ${url}: a killed process left it unfinished, and it may contain the posts`);
    else {
      await remove();
      info(`deleted ${url}: a killed process left it unfinished, and it may have contained the posts`);
    }
  }
}
