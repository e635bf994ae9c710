import { integer, type Option, optionalText, type Settings, toggle } from '../../../core/option.ts';
import { KAFKA_OPTIONS } from '../../../log/kafka/settings/options.ts';
import type { Log } from '../../../log/log.ts';
import { PRESETS, type TopicDefaults, topicDefaults } from '../../../market/catalog/topics.ts';
import { type Call, type Complaint, defineCommand } from '../../args/command.ts';
import { looking } from '../../args/common-options.ts';
import { didYouMean } from '../../args/suggest.ts';
import { titlePaint } from '../../output/colors.ts';
import { withBus } from '../../pipeline/bus.ts';
import { loggerFor, lookOpener } from '../../pipeline/session.ts';
import { changedText, madeText, standingText } from './created.ts';
import { topicOperand } from './name.ts';
import { type Asked, askedByPreset, newSettings, topicConfig, wantedSettings } from './requested-settings.ts';
import { retention } from './retention.ts';

/** More would be folders of nothing: a partition carries some 25,000 records a second. */
const MOST_PARTITIONS = 1000;

const partitions: Option<number | undefined> = {
  ...integer('--partitions', '<n>', "Partitions (default: by the topic's name, 3 for one of your own).", 3, {
    min: 1,
    max: MOST_PARTITIONS,
  }),
  fallback: undefined,
  fallbackText: '',
};

const presets: Readonly<Record<string, Readonly<Record<string, TopicDefaults>>>> = PRESETS;
const presetNames = Object.keys(presets);

const preset: Option<string | undefined> = {
  ...optionalText(
    '--preset',
    `<${presetNames.join('|')}>`,
    'Make the topics of another project, as it has them.',
  ),
  parse: (name) => {
    if (!Object.hasOwn(presets, name))
      throw new RangeError(
        `no preset '${name}'${didYouMean(name, presetNames) || `; there is ${presetNames.join(', ')}`}`,
      );
    return name;
  },
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
  update: toggle('--update', 'Give a topic that is there already these settings; it keeps its others.'),
  ...looking,
  config: topicConfig,
};
type CreateCall = Pick<Call<typeof options>, 'settings' | 'operands' | 'typed'>;

/** Things said twice, or against each other. */
function check({ settings, operands, typed }: CreateCall): Complaint[] {
  const { config, retention, compact, preset } = settings;
  const complaints: Complaint[] = [];
  const complain = (about: string, text: string) => complaints.push({ about, text });
  const [name] = operands;
  if (preset === undefined && name === undefined)
    complain('topic', `a topic is missing: write <topic>, or --preset ${presetNames.join('|')}`);
  if (preset !== undefined && name !== undefined)
    complain(name, `'${name}' is one word too many: --preset names its own topics`);
  if (preset !== undefined)
    for (const flag of ['--partitions', '--retention', '--compact'].filter(typed))
      complain(flag, `${flag}: --preset has its own; leave one of them out`);
  const { retention: retentionMs, policy } = config;
  if (preset !== undefined && (retentionMs || policy || Object.keys(config.config).length > 0))
    complain('--config', '--config: --preset has its own settings; leave one of them out');
  if (retention !== undefined && retentionMs !== undefined)
    complain('--config', '--config: retention.ms is what --retention says; leave one of them out');
  if (compact !== undefined && policy !== undefined)
    complain('--config', '--config: cleanup.policy is what --compact says; leave one of them out');
  const kept = retention ?? retentionMs;
  if (policy === 'compact' && kept?.ms !== undefined)
    complain('--config', '--config: cleanup.policy=compact keeps a key for good; write compact,delete');
  const lasting = kept === undefined ? topicDefaults(name ?? '').retentionMs : kept.ms;
  if (policy === 'compact,delete' && lasting === undefined)
    complain('--config', '--config: cleanup.policy=compact,delete needs a --retention');
  return complaints;
}

/** What was asked of which topic. */
function askedOf({ settings, operands }: CreateCall): [name: string, asked: Asked][] {
  const { config, partitions, replication, compact, retention } = settings;
  if (settings.preset !== undefined)
    return Object.entries(presets[settings.preset]!).map(([name, topic]) => [
      name,
      askedByPreset(topic, replication),
    ]);
  const { policy } = config;
  const kept = retention ?? config.retention ?? (policy === 'compact' ? { ms: undefined } : undefined);
  const compacted = compact ?? (policy === undefined ? undefined : policy !== 'delete');
  return [[operands[0]!, { partitions, replication, retention: kept, compacted, config: config.config }]];
}

/** Makes a topic, or says how the one that is there differs, or mends that. Returns what to tell. */
async function create(
  log: Log,
  [name, asked]: [name: string, asked: Asked],
  { update }: Settings<typeof options>,
  paint: (text: string) => string,
): Promise<string> {
  const settings = newSettings(name, asked);
  if (await log.createTopic(name, settings)) return madeText(name, settings);
  const there = (await log.topics()).find((topic) => topic.name === name) ?? { name, ...settings };
  const wanted = wantedSettings(there, asked);
  const differences = await log.differences(name, wanted);
  if (!update || differences.length === 0) return standingText(there, differences, paint);
  await log.updateTopic(name, wanted);
  return changedText(name, differences, paint);
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
    await withBus(settings, io, lookOpener(settings, io), async (log) => {
      for (const one of askedOf(call)) {
        const ignored = [...Object.keys(one[1].config), ...(one[1].replication ? ['replication'] : [])];
        if (settings.bus.kind === 'local' && ignored.length > 0)
          loggerFor(settings, io).warn(`${log.url} has no ${ignored.join(', ')}: left out`);
        io.out(await create(log, one, settings, paint));
      }
    });
  },
});
