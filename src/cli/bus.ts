import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { Problem } from '../core/problem.ts';
import type { Log } from '../log/log.ts';

/** Where the topics are. */
export interface Bus {
  readonly dir: string;
}

/** `local:DIR`. Throws RangeError. */
export function parseBus(text: string): Bus {
  const [, scheme, dir] = /^([a-z]+):(.*)$/s.exec(text) ?? [];
  if (scheme !== 'local')
    throw new RangeError(`'${text}' cannot be opened: this build carries local: only; write local:DIR`);
  if (dir === '' || dir === undefined) throw new RangeError(`'${text}' names no folder; write local:DIR`);
  return { dir };
}

/** Opens the bus, making it when it is not there. lmdb is loaded here and not before. */
export async function openBus({ dir }: Bus, clock: Clock): Promise<Log> {
  const { openLocalLog } = await import('../log/local/open.ts');
  return openLocalLog(dir, clock);
}

/** Uses the bus and closes it, whatever happens. */
export async function withBus<T>(bus: Bus, clock: Clock, use: (log: Log) => Promise<T>): Promise<T> {
  const log = await openBus(bus, clock);
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}

/** The same for commands that only look: a mistyped folder is a problem, not a new bus. */
export async function withExistingBus<T>(bus: Bus, clock: Clock, use: (log: Log) => Promise<T>): Promise<T> {
  const { DATA_FILE } = await import('../log/local/folder.ts');
  if (!existsSync(join(bus.dir, DATA_FILE)))
    throw new Problem(
      'unavailable',
      `there is no bus at local:${bus.dir}`,
      "Name another one with --bus local:DIR, or write something first: 'cryptopipe produce' or 'cryptopipe topics create'.",
    );
  return withBus(bus, clock, use);
}
