import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../src/cli/app.ts';
import type { Io } from '../../src/cli/process/io.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { fakeIo } from './fakes.ts';
import { withLocalBus } from './local-bus.ts';

/** An empty folder with a bus in it, and the program to run on it. */
export async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'cli-stage-'));
  const bus = { dir: join(folder, 'bus') };
  return {
    folder,
    bus,
    async run(line: string | readonly string[], changes: Partial<Io> = {}) {
      const { io, written } = fakeIo({ clock: systemClock, ...changes });
      const code = await runCommandLine(
        [...(typeof line === 'string' ? line.split(' ') : line), '--bus', `local:${bus.dir}`],
        io,
      );
      return { code, ...written };
    },
    /** Puts JSON values into a topic. */
    fill: (topic: string, values: readonly unknown[]) =>
      withLocalBus(bus.dir, systemClock, (log) =>
        log.append(
          values.map((value, i) => ({
            topic,
            partitionKey: `${i}`,
            key: `k${i}`,
            value: JSON.stringify(value),
            headers: {},
          })),
        ),
      ),
    /** What a topic holds. */
    async values(topic: string): Promise<unknown[]> {
      return withLocalBus(bus.dir, systemClock, async (log) => {
        const found: unknown[] = [];
        for (const { partition } of (await log.describe(topic))?.partitionInfos ?? [])
          for await (const { records } of log.read(topic, partition, 0))
            found.push(...records.map(({ value }) => JSON.parse(value ?? 'null')));
        return found;
      });
    },
  };
}

export const quotes = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    source: 'file',
    base: 'btc',
    quote: 'usdt',
    price: 100 + i,
    last_updated: new Date(Date.UTC(2026, 2, 2, 10, i)).toISOString(),
  }));
