import { integer, type Option, optionalText, type Settings, toggle } from '../../../core/option.ts';
import { KAFKA_OPTIONS } from '../../../log/kafka/settings/options.ts';
import type { Log } from '../../../log/log.ts';
import { PRESETS, type TopicDefaults, topicDefaults } from '../../../market/catalog/topics.ts';
import { type Call, type Complaint, defineCommand } from '../../args/command.ts';
import { queryOptions } from '../../args/common-options.ts';
import { oneOfNames } from '../../args/suggest.ts';
import { titlePaint } from '../../output/colors.ts';
import { withBus } from '../../pipeline/bus.ts';
import { loggerFor, queryOpener } from '../../pipeline/session.ts';
import { createdText, existingText, updatedText } from './created.ts';
import { topicOperand } from './name.ts';
import {
  newSettings,
  presetSettings,
  type RequestedSettings,
  targetSettings,
  topicConfig,
} from './requested-settings.ts';
import { retention } from './retention.ts';

/** A partition carries about 25,000 records a second, so more would stay empty. */
const MOST_PARTITIONS = 1000;

const partitions: Option<number | undefined> = {
  ...integer(
    '--partitions',
    '<n>',
    'Number of partitions (default: by topic name; 3 for custom topics).',
    3,
    {
      min: 1,
      max: MOST_PARTITIONS,
    },
  ),
  fallback: undefined,
  fallbackText: '',
};

const presets: Readonly<Record<string, Readonly<Record<string, TopicDefaults>>>> = PRESETS;
const presetNames = Object.keys(presets);

const preset: Option<string | undefined> = {
  ...optionalText(
    '--preset',
    `<${presetNames.join('|')}>`,
    'Create the topics of another project, with its settings.',
  ),
  parse: oneOfNames('preset', presetNames),
};

const options = {
  partitions,
  retention,
  compact: {
    ...toggle('--compact', 'Keep only the newest record of each key.'),
    fallback: undefined,
  } satisfies Option<boolean | undefined>,
  replication: KAFKA_OPTIONS.replication,
  preset,
  update: toggle('--update', 'Apply the given settings to an existing topic; keep its other settings.'),
  ...queryOptions,
  config: topicConfig,
};
type CreateCall = Pick<Call<typeof options>, 'settings' | 'operands' | 'isOnCommandLine'>;

/** Complaints about duplicate and conflicting settings. */
function check({ settings, operands, isOnCommandLine }: CreateCall): Complaint[] {
  const { config, retention, compact, preset } = settings;
  const complaints: Complaint[] = [];
  const complain = (about: string, text: string) => complaints.push({ about, text });
  const [name] = operands;
  if (preset === undefined && name === undefined)
    complain('topic', `missing topic: write <topic>, or --preset ${presetNames.join('|')}`);
  if (preset !== undefined && name !== undefined)
    complain(name, `unexpected argument '${name}': --preset names its own topics`);
  if (preset !== undefined)
    for (const flag of ['--partitions', '--retention', '--compact'].filter(isOnCommandLine))
      complain(flag, `${flag} excludes --preset, which sets its own; use one of them`);
  const { retention: retentionMs, policy } = config;
  if (preset !== undefined && (retentionMs || policy || Object.keys(config.config).length > 0))
    complain('--config', '--config excludes --preset, which sets its own; use one of them');
  if (retention !== undefined && retentionMs !== undefined)
    complain('--config', '--config: retention.ms duplicates --retention; use one of them');
  if (compact !== undefined && policy !== undefined)
    complain('--config', '--config: cleanup.policy duplicates --compact; use one of them');
  const chosen = retention ?? retentionMs;
  if (policy === 'compact' && chosen?.ms !== undefined)
    complain(
      '--config',
      '--config: cleanup.policy=compact keeps keys forever; for a retention write compact,delete',
    );
  const effectiveMs = chosen === undefined ? topicDefaults(name ?? '').retentionMs : chosen.ms;
  if (policy === 'compact,delete' && effectiveMs === undefined)
    complain('--config', '--config: cleanup.policy=compact,delete needs a --retention');
  return complaints;
}

/** The requested settings by topic. */
function requestsOf({ settings, operands }: CreateCall): [name: string, requested: RequestedSettings][] {
  const { config, partitions, replication, compact, retention } = settings;
  if (settings.preset !== undefined)
    return Object.entries(presets[settings.preset]!).map(([name, topic]) => [
      name,
      presetSettings(topic, replication),
    ]);
  const { policy } = config;
  const chosen = retention ?? config.retention ?? (policy === 'compact' ? { ms: undefined } : undefined);
  const compacted = compact ?? (policy === undefined ? undefined : policy !== 'delete');
  return [[operands[0]!, { partitions, replication, retention: chosen, compacted, config: config.config }]];
}

/** Creates a topic; if it exists, updates it or reports how it differs. Returns the text to print. */
async function create(
  log: Log,
  [name, requested]: [name: string, requested: RequestedSettings],
  { update }: Settings<typeof options>,
  paint: (text: string) => string,
): Promise<string> {
  const settings = newSettings(name, requested);
  if (await log.createTopic(name, settings)) return createdText(name, settings);
  const existing = (await log.topics()).find((topic) => topic.name === name) ?? { name, ...settings };
  const target = targetSettings(existing, requested);
  const differences = await log.differences(name, target);
  if (!update || differences.length === 0) return existingText(existing, differences, paint);
  await log.updateTopic(name, target);
  return updatedText(name, differences, paint);
}

export const command = defineCommand({
  operands: { ...topicOperand, usage: '[topic]', least: 0 },
  options,
  components: [],
  check,
  examples: [
    'cryptopipe topics create my-candles --partitions 3 --retention forever --compact',
    'cryptopipe topics create prices --config segment.ms=600000 --config min.insync.replicas=2 --update',
    'cryptopipe topics create --preset lake-house --bus kafka://localhost:9092',
  ],
  async run(call, io) {
    const { settings } = call;
    const paint = await titlePaint(io);
    await withBus(settings, io, queryOpener(settings, io), async (log) => {
      for (const one of requestsOf(call)) {
        const ignored = [...Object.keys(one[1].config), ...(one[1].replication ? ['replication'] : [])];
        if (settings.bus.kind === 'local' && ignored.length > 0)
          loggerFor(settings, io).warn(`${log.url} does not support ${ignored.join(', ')}; ignored`);
        io.out(await create(log, one, settings, paint));
      }
    });
  },
});
