import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { formatSpan, type Millis } from '../../core/util/time.ts';
import type { ReadKafka } from '../../log/kafka/settings/read-settings.ts';
import type { KafkaSettings, Opener } from '../../log/kafka/settings/settings.ts';
import type { Log } from '../../log/log.ts';
import { readSettingsFile } from '../../sources/shared/settings-file.ts';
import type { Bus, KafkaBus } from '../args/bus-url.ts';
import { didYouMean } from '../args/suggest.ts';
import type { Io } from '../process/io.ts';

/** What a command line says of the bus. */
export interface BusSettings {
  readonly bus: Bus;
  /** Settings of Kafka by key. */
  readonly kafkaOption: Readonly<Record<string, string>>;
  /** A flag of its own where it matters most. */
  readonly linger?: Millis | undefined;
}

type Surroundings = Pick<Io, 'env' | 'clock'>;

async function readKafka(
  bus: KafkaBus,
  { kafkaOption, linger }: Partial<BusSettings>,
  env: Io['env'],
): Promise<ReadKafka> {
  const { readKafkaSettings } = await import('../../log/kafka/settings/read-settings.ts');
  const options = { ...kafkaOption, ...(linger === undefined ? {} : { linger: formatSpan(linger) }) };
  return readKafkaSettings({ ...bus, options, env, readFile: readSettingsFile, didYouMean });
}

/** What is wrong with the settings of the bus; nothing for a command that has none. */
export async function busComplaints(
  settings: Partial<BusSettings>,
  env: Io['env'],
): Promise<readonly string[]> {
  return settings.bus?.kind === 'kafka' ? (await readKafka(settings.bus, settings, env)).complaints : [];
}

/** The settings of a cluster. Throws Problem `usage` with all that is wrong; app.ts has said so before. */
export async function kafkaSettings(
  bus: KafkaBus,
  given: Partial<BusSettings>,
  env: Io['env'],
): Promise<KafkaSettings> {
  const { settings, complaints } = await readKafka(bus, given, env);
  if (settings !== undefined) return settings;
  throw new UserError('usage', complaints.join('\n'), 'Correct --bus, --kafka-option or the environment.');
}

/**
 * Opens the bus; a folder is made when it is not there. `reading`: a folder that may only be read is opened, too. lmdb and kafkajs are loaded here and not before.
 * Throws Problem `usage`, `damaged`, `unavailable` or `failed`.
 */
export async function openBus(
  settings: BusSettings,
  io: Surroundings,
  opener: Opener,
  reading = false,
): Promise<Log> {
  const { bus } = settings;
  if (bus.kind === 'local') {
    const { openLocalLog } = await import('../../log/local/open.ts');
    return openLocalLog(bus.dir, io.clock, opener.warn, reading);
  }
  const kafka = await kafkaSettings(bus, settings, io.env);
  const { openKafkaLog } = await import('../../log/kafka/open.ts');
  return openKafkaLog(kafka, opener, io.clock);
}

/** Uses the bus and closes it, whatever happens. */
export async function withBus<T>(
  settings: BusSettings,
  io: Surroundings,
  opener: Opener,
  use: (log: Log) => Promise<T>,
  reading = false,
): Promise<T> {
  const log = await openBus(settings, io, opener, reading);
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}

/** A folder may still be without a bus; a cluster is taken as it is. */
export async function busExists(bus: Bus): Promise<boolean> {
  const { DATA_FILE } = await import('../../log/local/storage/folder.ts');
  return bus.kind !== 'local' || existsSync(join(bus.dir, DATA_FILE));
}

/** The same for commands that only look: a mistyped folder is a problem, not a new bus. */
export async function withExistingBus<T>(
  settings: BusSettings,
  io: Surroundings,
  opener: Opener,
  use: (log: Log) => Promise<T>,
): Promise<T> {
  const { bus } = settings;
  if (bus.kind === 'local' && !(await busExists(bus)))
    throw new UserError(
      'unavailable',
      `there is no bus at local:${bus.dir}`,
      "Name another one with --bus local:DIR, or write something first: 'cryptopipe produce' or 'cryptopipe topics create'.",
    );
  return withBus(settings, io, opener, use, true);
}
