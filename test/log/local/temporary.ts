import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/core/util/clock.ts';
import { openLocalLog } from '../../../src/log/local/open.ts';
import { closeStore, type LogStore, openStore } from '../../../src/log/local/storage/store.ts';
import type { Log } from '../../../src/log/log.ts';
import { scratch } from '../../sinks/lake/scratch.ts';

/** An embedded log, by default in a folder of its own; closed after the test. */
export async function temporaryLog(clock: Clock, folder = scratch()): Promise<Log> {
  const log = await openLocalLog(folder, clock);
  onTestFinished(() => log.close());
  return log;
}

/** The store of an embedded log, likewise. */
export function temporaryStore(): LogStore {
  const store = openStore(scratch());
  onTestFinished(() => closeStore(store));
  return store;
}
