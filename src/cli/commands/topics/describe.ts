import { toggle } from '../../../core/option.ts';
import { groupDigits } from '../../../core/text/numbers.ts';
import { stripControlCharacters } from '../../../core/text/printable-text.ts';
import { formatTime, type Millis } from '../../../core/util/time.ts';
import type { GroupPositions, TopicDetails } from '../../../log/log.ts';
import { defineCommand } from '../../args/command.ts';
import { queryOptions } from '../../args/common-options.ts';
import { titlePaint } from '../../output/colors.ts';
import { table } from '../../output/table.ts';
import { withExistingBus } from '../../pipeline/bus.ts';
import { queryOpener } from '../../pipeline/session.ts';
import { bytesText } from './format.ts';
import { describeTopic, topicOperand } from './name.ts';
import { retentionText } from './retention.ts';

const right = (title: string) => ({ title, right: true });
const PARTITIONS = [
  right('PARTITION'),
  right('RECORDS'),
  right('BYTES'),
  right('FIRST OFFSET'),
  right('NEXT OFFSET'),
  { title: 'FIRST TIME' },
  { title: 'LAST TIME' },
];
const GROUPS = [{ title: 'GROUP' }, right('PARTITION'), right('COMMITTED'), right('LAG')];

const timeOrDash = (time: Millis | undefined): string => (time === undefined ? '-' : formatTime(time));

/** Committed offset and lag by group and partition. A group without a committed offset has everything to read. */
function groupRows(groups: GroupPositions, { partitionInfos }: TopicDetails) {
  return [...groups].flatMap(([group, offsets]) =>
    partitionInfos.map(({ partition, start, end }) => {
      const committed = offsets[partition];
      return { group, partition, committed, lag: Math.max(0, end - Math.max(committed ?? start, start)) };
    }),
  );
}

export function describeAsJson(topic: TopicDetails, groups: GroupPositions): object {
  return {
    name: topic.name,
    partitions: topic.partitions,
    retention_ms: topic.retentionMs ?? null,
    compacted: topic.compacted,
    partition_infos: topic.partitionInfos.map(({ firstTime, lastTime, ...info }) => ({
      ...info,
      bytes: info.bytes ?? null,
      first_time: firstTime === undefined ? null : formatTime(firstTime),
      last_time: lastTime === undefined ? null : formatTime(lastTime),
    })),
    groups: groupRows(groups, topic).map((row) => ({ ...row, committed: row.committed ?? null })),
  };
}

export function describeAsText(
  topic: TopicDetails,
  positions: GroupPositions,
  paint: (text: string) => string,
): string {
  const facts = `${topic.name}: retention ${retentionText(topic.retentionMs)}${topic.compacted ? ', compacted' : ''}`;
  const partitions = topic.partitionInfos.map((info) => [
    String(info.partition),
    groupDigits(info.records),
    bytesText(info.bytes),
    String(info.start),
    String(info.end),
    timeOrDash(info.firstTime),
    timeOrDash(info.lastTime),
  ]);
  const groups = groupRows(positions, topic).map(({ group, partition, committed, lag }) => [
    stripControlCharacters(group),
    String(partition),
    String(committed ?? '-'),
    groupDigits(lag),
  ]);
  const groupTable = groups.length === 0 ? ['No group reads this topic.'] : table(GROUPS, groups, paint);
  return [facts, '', ...table(PARTITIONS, partitions, paint), '', ...groupTable, ''].join('\n');
}

export const command = defineCommand({
  operands: topicOperand,
  options: { json: toggle('--json', 'Print one JSON object instead of tables.'), ...queryOptions },
  components: [],
  examples: ['cryptopipe topics describe prices'],
  async run({ settings, operands }, io) {
    const paint = await titlePaint(io);
    await withExistingBus(settings, io, queryOpener(settings, io), async (log) => {
      const topic = await describeTopic(log, operands[0]!);
      const groups = await topic.groups();
      io.out(
        settings.json
          ? `${JSON.stringify(describeAsJson(topic, groups))}\n`
          : describeAsText(topic, groups, paint),
      );
    });
  },
});
