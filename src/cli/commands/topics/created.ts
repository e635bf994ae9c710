import type { Difference, TopicSettings } from '../../../log/log.ts';
import { table } from '../../output/table.ts';
import { retentionText } from './retention.ts';

type Paint = (text: string) => string;

/** A topic in one line. */
function facts({ partitions, replication, retentionMs, compacted, config = {} }: TopicSettings): string {
  return [
    `${partitions} partition${partitions === 1 ? '' : 's'}`,
    ...(replication === undefined ? [] : [`${replication} cop${replication === 1 ? 'y' : 'ies'}`]),
    `kept ${retentionText(retentionMs)}`,
    ...(compacted ? ['compacted'] : []),
    ...Object.entries(config).map(([key, value]) => `${key}=${value}`),
  ].join(', ');
}

const rows = (differences: readonly Difference[], titles: readonly [string, string], paint: Paint) =>
  table(
    ['SETTING', ...titles].map((title) => ({ title })),
    differences.map(({ setting, is, wanted }) => [setting, is, wanted]),
    paint,
  );
const lines = (parts: readonly string[]): string => `${parts.join('\n')}\n`;

export const madeText = (name: string, settings: TopicSettings): string =>
  lines([`topic ${name} made: ${facts(settings)}`]);

/** Of a topic that was there already, with what is not as it was asked for. */
export function standingText(
  topic: TopicSettings & { readonly name: string },
  differences: readonly Difference[],
  paint: Paint,
): string {
  const first = `topic ${topic.name} was there already: ${facts(topic)}`;
  if (differences.length === 0) return lines([first]);
  const fixed = differences.some(({ setting }) => setting === 'partitions' || setting === 'replication');
  return lines([
    `${first}. It differs:`,
    ...rows(differences, ['IS', 'WANTED'], paint),
    fixed
      ? 'Partitions and copies stay as they are: for others make a topic of another name, or delete this one first.'
      : 'The same command with --update gives it these settings.',
  ]);
}

export const changedText = (name: string, differences: readonly Difference[], paint: Paint): string =>
  lines([`topic ${name} updated:`, ...rows(differences, ['WAS', 'IS'], paint)]);
