import { UserError } from '../../../core/errors.ts';
import { type Option, type Settings, toggle } from '../../../core/option.ts';
import { counted } from '../../../core/text/numbers.ts';
import type { Log, TopicDetails } from '../../../log/log.ts';
import { type Complaint, defineCommand } from '../../args/command.ts';
import { group, queryOptions } from '../../args/common-options.ts';
import { titlePaint } from '../../output/colors.ts';
import { table } from '../../output/table.ts';
import { withExistingBus } from '../../pipeline/bus.ts';
import { queryOpener } from '../../pipeline/session.ts';
import { confirm } from '../../process/confirm.ts';
import { offsetOf, type PartitionPosition, parseFrom } from './from.ts';
import { describeTopic, topicOperand } from './name.ts';

function parsePlace(text: string): PartitionPosition {
  const place = parseFrom(text);
  if (place.at === 'last')
    throw new RangeError(
      `'${text}' counts back from the end of each partition; write start, end, an offset or a time`,
    );
  return place;
}

const from: Option<PartitionPosition | undefined> = {
  flag: '--from',
  placeholder: '<position>',
  help: 'Position: start, end, an offset, or an append time (ISO 8601). State stays, and lake tables keep their own offsets.',
  fallback: undefined,
  fallbackText: '',
  env: [],
  repeatable: false,
  parse: parsePlace,
};

const skip: Option<number | undefined> = {
  flag: '--skip',
  placeholder: '<offset>',
  help: 'Skip the record at this offset: for a record that a stage fails on.',
  fallback: undefined,
  fallbackText: '',
  env: [],
  repeatable: false,
  parse: wholeNumber,
};

const partition: Option<number | undefined> = {
  flag: '--partition',
  placeholder: '<n>',
  help: 'With --skip: the partition of the record, if the topic has several.',
  fallback: undefined,
  fallbackText: '',
  env: [],
  repeatable: false,
  parse: wholeNumber,
};

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new RangeError(`'${text}' is not a whole number, 0 or more`);
  return Number(text);
}

/**
 * The new offset of each partition: `from` in all of them, or the one after the skipped record in its partition. Throws
 * UserError `usage` for a record that cannot be skipped.
 */
async function targets(
  log: Log,
  { name, partitionInfos }: TopicDetails,
  before: readonly (number | undefined)[],
  { from, skip, partition }: Pick<Settings<typeof options>, 'from' | 'skip' | 'partition'>,
): Promise<readonly number[]> {
  if (skip === undefined)
    return Promise.all(partitionInfos.map((info) => offsetOf(log, name, info, from ?? { at: 'start' })));
  const count = partitionInfos.length;
  const at = partition ?? (count === 1 ? 0 : undefined);
  if (at === undefined || at >= count)
    throw new UserError(
      'usage',
      `topic ${name} has ${counted(count, 'partition')}`,
      `Name the record's partition with --partition N, 0 to ${count - 1}.`,
    );
  const { start, end } = partitionInfos[at]!;
  const committed = before[at] ?? start;
  if (skip < committed || skip >= end)
    throw new UserError(
      'usage',
      skip < committed
        ? `the group is past offset ${skip} of ${name}/${at}: its committed offset is ${committed}`
        : `${name}/${at} has no record at offset ${skip}: its end offset is ${end}`,
      'Use the offset from the error message of the stage.',
    );
  return partitionInfos.map((info) =>
    info.partition === at ? skip + 1 : (before[info.partition] ?? info.start),
  );
}

const right = (title: string) => ({ title, right: true });
const MOVES = [right('PARTITION'), right('FROM'), right('TO')];

const options = {
  group: { ...group, help: 'Group to move: APP.PROCESSOR or APP.SINK, as shown by topics describe.' },
  from,
  skip,
  partition,
  yes: toggle('--yes', 'Skip the confirmation.'),
  ...queryOptions,
};

export const command = defineCommand({
  operands: topicOperand,
  options,
  components: [],
  check: ({ settings }) => {
    const complaints: Complaint[] = [];
    if (settings.group === undefined)
      complaints.push({ about: '--group', text: 'missing --group: write --group NAME' });
    const { from, skip, partition } = settings;
    if (from === undefined && skip === undefined)
      complaints.push({
        about: '--from',
        text: 'missing --from: write --from start, end, an offset or a time; or --skip OFFSET',
      });
    if (from !== undefined && skip !== undefined)
      complaints.push({ about: '--skip', text: '--skip excludes --from; use one of them' });
    if (partition !== undefined && skip === undefined)
      complaints.push({ about: '--partition', text: '--partition needs --skip OFFSET' });
    return complaints;
  },
  examples: [
    'cryptopipe topics reset prices --group cryptopipe.candles --from start --yes',
    'cryptopipe topics reset prices --group cryptopipe.candles --from 2026-03-02T10:00:00Z --yes',
    'cryptopipe topics reset prices --group cryptopipe.candles --skip 4711 --partition 2 --yes',
  ],
  async run({ settings, operands }, io) {
    const name = operands[0]!;
    const { group = '', skip } = settings;
    confirm('topics reset', 'move the group', settings, io);
    await withExistingBus(settings, io, queryOpener(settings, io), async (log) => {
      const topic = await describeTopic(log, name);
      const before = (await topic.groups()).get(group) ?? [];
      const after = await targets(log, topic, before, settings);
      const moves = after.map((offset, at) => [String(at), String(before[at] ?? '-'), String(offset)]);
      io.out(`${table(MOVES, moves, await titlePaint(io)).join('\n')}\n`);
      if (skip !== undefined) {
        const unread = after.reduce(
          (sum, offset, at) => sum + offset - (before[at] ?? topic.partitionInfos[at]!.start),
          -1,
        );
        if (unread > 0) io.out(`also skips ${counted(unread, 'uncommitted offset')} before it\n`);
      }
      if (!settings.yes && !(await io.ask(`Move group ${group} in topic ${name} to these offsets?`)))
        return io.out(`group ${group} was not moved\n`);
      await log.resetGroup(group, name, after);
      io.out(`moved group ${group} in topic ${name}\n`);
    });
  },
});
