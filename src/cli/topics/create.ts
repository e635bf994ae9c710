import { integer, type Option, toggle } from '../../core/option.ts';
import { topicDefaults } from '../../market/topics.ts';
import { withBus } from '../bus.ts';
import { defineCommand } from '../command.ts';
import { common } from '../shared.ts';
import { topicOperand } from './name.ts';
import { retention, retentionText } from './retention.ts';

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

export const command = defineCommand({
  operands: topicOperand,
  options: {
    partitions,
    retention,
    compact: toggle('--compact', 'Keep only the newest record of each key.'),
    ...common,
  },
  components: [],
  examples: ['cryptopipe topics create my-candles --partitions 3 --retention forever --compact'],
  async run({ settings, operands }, io) {
    const name = operands[0]!;
    const usual = topicDefaults(name);
    const wanted = {
      partitions: settings.partitions ?? usual.partitions,
      retentionMs: settings.retention === undefined ? usual.retentionMs : settings.retention.ms,
      compacted: settings.compact || usual.compacted,
    };
    const made = await withBus(settings.bus, io.clock, (log) => log.createTopic(name, wanted));
    const facts = [
      `${wanted.partitions} partition${wanted.partitions === 1 ? '' : 's'}`,
      `kept ${retentionText(wanted.retentionMs)}`,
      ...(wanted.compacted ? ['compacted'] : []),
    ];
    io.out(`topic ${name} ${made ? 'made' : 'was there already'}: ${facts.join(', ')}\n`);
  },
});
