import { integer, type Option, toggle } from '../../../core/option.ts';
import { formatTime } from '../../../core/util/time.ts';
import type { Log, TopicDetails } from '../../../log/log.ts';
import { defineCommand } from '../../args/command.ts';
import { queryOptions } from '../../args/common-options.ts';
import { withExistingBus } from '../../pipeline/bus.ts';
import { loggerFor, queryOpener } from '../../pipeline/session.ts';
import { jsonLine, textLine } from './format.ts';
import { type Position, parseFrom } from './from.ts';
import { describeTopic, topicOperand } from './name.ts';
import { type LocatedRecord, newRecords, storedRecords } from './reading.ts';

const DEFAULT_COUNT = 10;
const MOST = 1_000_000_000;

const from: Option<Position | undefined> = {
  flag: '--from',
  placeholder: '<position>',
  help: 'Start position: start, end, an offset, an append time (ISO 8601), or -N for the last N records.',
  fallback: undefined,
  fallbackText: '-10, or -LIMIT',
  env: [],
  repeatable: false,
  parse: parseFrom,
};

const limit: Option<number> = {
  ...integer('--limit', '<n>', 'Stop after this many records.', 0, { min: 1, max: MOST }),
  fallback: Number.POSITIVE_INFINITY,
  fallbackText: '',
};

/** Prints records up to the limit. Returns the remaining limit. */
async function print(
  records: AsyncIterable<LocatedRecord>,
  line: (record: LocatedRecord) => string,
  limit: number,
  out: (line: string) => void,
) {
  let left = limit;
  if (left <= 0) return 0;
  for await (const record of records) {
    out(`${line(record)}\n`);
    left -= 1;
    if (left <= 0) break;
  }
  return left;
}

/** Why no record was printed. */
async function emptyReason(log: Log, topic: TopicDetails, self: string): Promise<string> {
  for await (const { timestamp } of storedRecords(log, topic, { at: 'last', count: 1 }))
    return `nothing there: the last record of topic ${topic.name} came ${formatTime(timestamp)}; to see it: ${self} topics tail ${topic.name} --from -1`;
  return `topic ${topic.name} has no records`;
}

export const command = defineCommand({
  operands: topicOperand,
  options: {
    from,
    limit,
    follow: toggle('--follow', 'Keep printing new records as they arrive.'),
    json: toggle(
      '--json',
      'Print one JSON object per line: topic, partition, offset, timestamp, key, headers, value.',
    ),
    raw: toggle(
      '--raw',
      'Print control characters unescaped. Unsafe: a record can then control the terminal or reorder its text.',
    ),
    ...queryOptions,
  },
  components: [],
  examples: [
    'cryptopipe topics tail candles --limit 3',
    'cryptopipe topics tail prices --from 2026-03-02T10:00:00Z --json',
    'cryptopipe topics tail tweets-processed --from end --follow',
  ],
  async run({ settings, operands }, io) {
    const count = Number.isFinite(settings.limit) && !settings.follow ? settings.limit : DEFAULT_COUNT;
    const place = settings.from ?? { at: 'last', count };
    const { raw } = settings;
    const line = settings.json ? jsonLine : (record: LocatedRecord) => textLine(record, raw);
    let isEmpty = true;
    const out = (text: string) => {
      isEmpty = false;
      io.out(text, raw);
    };
    const logger = loggerFor(settings, io);
    await withExistingBus(settings, io, queryOpener(settings, io), async (log) => {
      const topic = await describeTopic(log, operands[0]!);
      const left = await print(storedRecords(log, topic, place), line, settings.limit, out);
      if (isEmpty && !settings.follow) logger.info(await emptyReason(log, topic, io.self));
      if (settings.follow) await print(newRecords(log, topic, io.stop()), line, left, out);
    });
  },
});
