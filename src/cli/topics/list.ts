import { formatBytes, toggle } from '../../core/option.ts';
import type { TopicDetails } from '../../log/log.ts';
import { withExistingBus } from '../bus.ts';
import { defineCommand } from '../command.ts';
import { groupDigits } from '../numbers.ts';
import { titlePaint } from '../paint.ts';
import { common } from '../shared.ts';
import { table } from '../table.ts';
import { retentionText } from './retention.ts';

const sum = ({ partitionInfos }: TopicDetails, field: 'records' | 'bytes'): number =>
  partitionInfos.reduce((so, info) => so + info[field], 0);

const COLUMNS = [
  { title: 'TOPIC' },
  { title: 'PARTITIONS', right: true },
  { title: 'RECORDS', right: true },
  { title: 'BYTES', right: true },
  { title: 'KEPT' },
  { title: 'COMPACTED' },
];

export const command = defineCommand({
  options: { json: toggle('--json', 'One JSON array instead of a table.'), ...common },
  components: [],
  examples: ['cryptopipe topics list', "cryptopipe topics list --json | jq '.[].name'"],
  async run({ settings }, io) {
    const all = await withExistingBus(settings.bus, io.clock, async (log) => {
      const names = (await log.topics()).map(({ name }) => name).sort();
      const details = await Promise.all(names.map((name) => log.describe(name)));
      return details.filter((topic) => topic !== undefined);
    });
    if (settings.json) {
      const rows = all.map((topic) => ({
        name: topic.name,
        partitions: topic.partitions,
        records: sum(topic, 'records'),
        bytes: sum(topic, 'bytes'),
        retention_ms: topic.retentionMs ?? null,
        compacted: topic.compacted,
      }));
      return io.out(`${JSON.stringify(rows)}\n`);
    }
    const rows = all.map((topic) => [
      topic.name,
      String(topic.partitions),
      groupDigits(sum(topic, 'records')),
      formatBytes(sum(topic, 'bytes')),
      retentionText(topic.retentionMs),
      topic.compacted ? 'yes' : 'no',
    ]);
    io.out(`${table(COLUMNS, rows, await titlePaint(io)).join('\n')}\n`);
  },
});
