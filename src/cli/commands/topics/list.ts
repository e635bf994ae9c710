import { toggle } from '../../../core/option.ts';
import { groupDigits } from '../../../core/text/numbers.ts';
import type { TopicDetails } from '../../../log/log.ts';
import { defineCommand } from '../../args/command.ts';
import { queryOptions } from '../../args/common-options.ts';
import { titlePaint } from '../../output/colors.ts';
import { table } from '../../output/table.ts';
import { withExistingBus } from '../../pipeline/bus.ts';
import { queryOpener } from '../../pipeline/session.ts';
import { bytesText } from './format.ts';
import { retentionText } from './retention.ts';

const recordsOf = ({ partitionInfos }: TopicDetails): number =>
  partitionInfos.reduce((sum, { records }) => sum + records, 0);

/** Undefined if the bus does not report the bytes of every partition. */
const bytesOf = ({ partitionInfos }: TopicDetails): number | undefined =>
  partitionInfos.reduce<number | undefined>(
    (sum, { bytes }) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
    0,
  );

const COLUMNS = [
  { title: 'TOPIC' },
  { title: 'PARTITIONS', right: true },
  { title: 'RECORDS', right: true },
  { title: 'BYTES', right: true },
  { title: 'RETENTION' },
  { title: 'COMPACTED' },
];

export const jsonRow = (topic: TopicDetails) => ({
  name: topic.name,
  partitions: topic.partitions,
  records: recordsOf(topic),
  bytes: bytesOf(topic) ?? null,
  retention_ms: topic.retentionMs ?? null,
  compacted: topic.compacted,
});

export const tableRow = (topic: TopicDetails): string[] => [
  topic.name,
  String(topic.partitions),
  groupDigits(recordsOf(topic)),
  bytesText(bytesOf(topic)),
  retentionText(topic.retentionMs),
  topic.compacted ? 'yes' : 'no',
];

export const command = defineCommand({
  options: { json: toggle('--json', 'Print one JSON array instead of a table.'), ...queryOptions },
  components: [],
  examples: ['cryptopipe topics list', "cryptopipe topics list --json | jq '.[].name'"],
  async run({ settings }, io) {
    const all = await withExistingBus(settings, io, queryOpener(settings, io), async (log) => {
      const names = (await log.topics()).map(({ name }) => name).sort();
      const details = await Promise.all(names.map((name) => log.describe(name)));
      return details.filter((topic) => topic !== undefined);
    });
    if (settings.json) return io.out(`${JSON.stringify(all.map(jsonRow))}\n`);
    io.out(`${table(COLUMNS, all.map(tableRow), await titlePaint(io)).join('\n')}\n`);
  },
});
