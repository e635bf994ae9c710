import { groupDigits } from '../../core/text/numbers.ts';
import { formatSpan, type Millis, SECOND } from '../../core/util/time.ts';
import type { GroupPositions, TopicDetails } from '../../log/log.ts';
import { table } from '../output/table.ts';

/** The state of a bus at one moment. */
export interface BusSample {
  /** Monotonic. */
  readonly at: Millis;
  readonly topics: readonly { readonly topic: TopicDetails; readonly groups: GroupPositions }[];
}

export interface StageActivity {
  /** The consumer group: `cryptopipe.candles`. */
  readonly group: string;
  readonly topic: string;
  /** Records a second since the sample before; null without one. */
  readonly readPerSecond: number | null;
  readonly lag: number;
}

export interface TopicActivity {
  readonly topic: string;
  readonly writtenPerSecond: number | null;
  readonly records: number;
  /** Milliseconds since the newest record was appended; null for an empty topic. */
  readonly ageMs: Millis | null;
}

const endOf = ({ partitionInfos }: TopicDetails): number =>
  partitionInfos.reduce((sum, { end }) => sum + end, 0);

/** The sum of a group's offsets. A partition without one counts from its first record. */
const committedOf = ({ partitionInfos }: TopicDetails, offsets: readonly (number | undefined)[]): number =>
  partitionInfos.reduce((sum, { partition, start }) => sum + Math.max(offsets[partition] ?? start, start), 0);

const perSecond = (now: number, before: number | undefined, elapsed: Millis): number | null =>
  before === undefined || elapsed <= 0 ? null : (Math.max(0, now - before) * SECOND) / elapsed;

export function stageActivity(
  { at, topics }: BusSample,
  before: BusSample | undefined,
): readonly StageActivity[] {
  return topics
    .flatMap(({ topic, groups }) => {
      const earlier = before?.topics.find(({ topic: { name } }) => name === topic.name);
      return [...groups].map(([group, offsets]): StageActivity => {
        const committed = committedOf(topic, offsets);
        const offsetsBefore = earlier?.groups.get(group);
        const committedBefore = earlier && offsetsBefore && committedOf(earlier.topic, offsetsBefore);
        return {
          group,
          topic: topic.name,
          readPerSecond: perSecond(committed, committedBefore, at - (before?.at ?? at)),
          lag: Math.max(0, endOf(topic) - committed),
        };
      });
    })
    .sort((a, b) => (a.group === b.group ? (a.topic < b.topic ? -1 : 1) : a.group < b.group ? -1 : 1));
}

export function topicActivity(
  { at, topics }: BusSample,
  before: BusSample | undefined,
  now: Millis,
): readonly TopicActivity[] {
  return topics.map(({ topic }) => {
    const earlier = before?.topics.find(({ topic: { name } }) => name === topic.name);
    const times = topic.partitionInfos.map(({ lastTime }) => lastTime).filter((time) => time !== undefined);
    return {
      topic: topic.name,
      writtenPerSecond: perSecond(endOf(topic), earlier && endOf(earlier.topic), at - (before?.at ?? at)),
      records: topic.partitionInfos.reduce((sum, { records }) => sum + records, 0),
      ageMs: times.length === 0 ? null : Math.max(0, now - Math.max(...times)),
    };
  });
}

const right = (title: string) => ({ title, right: true });
const STAGES = [{ title: 'STAGE' }, { title: 'READS' }, right('RECORDS/S'), right('LAG')];
const TOPICS = [{ title: 'TOPIC' }, right('WRITTEN/S'), right('RECORDS'), right('NEWEST')];

const rateText = (rate: number | null): string => (rate === null ? '-' : groupDigits(Math.round(rate)));
const ageText = (age: Millis | null): string =>
  age === null ? '-' : `${formatSpan(Math.floor(age / SECOND) * SECOND)} ago`;

/** Two tables: what each stage reads, and what each topic gets. */
export function busScreen(
  stages: readonly StageActivity[],
  topics: readonly TopicActivity[],
  paint: (text: string) => string,
): string {
  const ofStages = stages.map(({ group, topic, readPerSecond, lag }) => [
    group,
    topic,
    rateText(readPerSecond),
    groupDigits(lag),
  ]);
  const ofTopics = topics.map(({ topic, writtenPerSecond, records, ageMs }) => [
    topic,
    rateText(writtenPerSecond),
    groupDigits(records),
    ageText(ageMs),
  ]);
  return [...table(STAGES, ofStages, paint), '', ...table(TOPICS, ofTopics, paint)].join('\n');
}
