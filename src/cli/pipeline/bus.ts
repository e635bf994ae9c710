import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { formatSpan, type Millis } from '../../core/util/time.ts';
import type { KafkaSettingsResult } from '../../log/kafka/settings/read-settings.ts';
import type { KafkaContext, KafkaSettings } from '../../log/kafka/settings/settings.ts';
import type { Log } from '../../log/log.ts';
import { readSettingsFile } from '../../sources/shared/settings-file.ts';
import type { Bus, KafkaBus } from '../args/bus-url.ts';
import { didYouMean } from '../args/suggest.ts';
import type { Io } from '../process/io.ts';

/** The bus settings of a command. */
export interface BusSettings {
  readonly bus: Bus;
  /** Kafka settings by key. */
  readonly kafkaOption: Readonly<Record<string, string>>;
  /** The value of produce's `--linger`. */
  readonly linger?: Millis | undefined;
}

type BusContext = Pick<Io, 'env' | 'clock'>;

async function readKafka(
  bus: KafkaBus,
  { kafkaOption, linger }: Partial<BusSettings>,
  env: Io['env'],
): Promise<KafkaSettingsResult> {
  const { readKafkaSettings } = await import('../../log/kafka/settings/read-settings.ts');
  const options = { ...kafkaOption, ...(linger === undefined ? {} : { linger: formatSpan(linger) }) };
  return readKafkaSettings({ ...bus, options, env, readFile: readSettingsFile, didYouMean });
}

/** Complaints about the bus settings; none for a command without a bus. */
export async function busComplaints(
  settings: Partial<BusSettings>,
  env: Io['env'],
): Promise<readonly string[]> {
  return settings.bus?.kind === 'kafka' ? (await readKafka(settings.bus, settings, env)).problems : [];
}

/** The settings of a cluster. Throws UserError `usage` with all complaints; app.ts normally reports them earlier. */
export async function kafkaSettings(
  bus: KafkaBus,
  given: Partial<BusSettings>,
  env: Io['env'],
): Promise<KafkaSettings> {
  const { settings, problems } = await readKafka(bus, given, env);
  if (settings !== undefined) return settings;
  throw new UserError('usage', problems.join('\n'), 'Correct --bus, --kafka-option or the environment.');
}

/**
 * Opens the bus; creates a missing folder. `reading`: also opens a folder without write permission. Loads lmdb or
 * kafkajs lazily. Throws UserError `usage`, `damaged`, `unavailable` or `failed`.
 */
export async function openBus(
  settings: BusSettings,
  io: BusContext,
  opener: KafkaContext,
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

/** Opens the bus for `use` and always closes it. */
export async function withBus<T>(
  settings: BusSettings,
  io: BusContext,
  opener: KafkaContext,
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

/** Whether the folder holds a bus; assumes that a cluster exists. */
export async function busExists(bus: Bus): Promise<boolean> {
  const { DATA_FILE } = await import('../../log/local/storage/folder.ts');
  return bus.kind !== 'local' || existsSync(join(bus.dir, DATA_FILE));
}

/** Like withBus, but does not create a missing bus: a misspelled folder is an error. */
export async function withExistingBus<T>(
  settings: BusSettings,
  io: BusContext,
  opener: KafkaContext,
  use: (log: Log) => Promise<T>,
  reading = true,
): Promise<T> {
  const { bus } = settings;
  if (bus.kind === 'local' && !(await busExists(bus)))
    throw new UserError(
      'unavailable',
      `there is no bus at local:${bus.dir}`,
      "Name another bus with --bus local:DIR, or create one with 'cryptopipe produce' or 'cryptopipe topics create'.",
    );
  return withBus(settings, io, opener, use, reading);
}
