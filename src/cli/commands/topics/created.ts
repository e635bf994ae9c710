import type { Difference, TopicSettings } from '../../../log/log.ts';
import { table } from '../../output/table.ts';
import { retentionText } from './retention.ts';

type Paint = (text: string) => string;

/** A topic's settings in one line. */
function facts({ partitions, replication, retentionMs, compacted, config = {} }: TopicSettings): string {
  return [
    `${partitions} partition${partitions === 1 ? '' : 's'}`,
    ...(replication === undefined ? [] : [`${replication} replica${replication === 1 ? '' : 's'}`]),
    `retention ${retentionText(retentionMs)}`,
    ...(compacted ? ['compacted'] : []),
    ...Object.entries(config).map(([key, value]) => `${key}=${value}`),
  ].join(', ');
}

const rows = (differences: readonly Difference[], titles: readonly [string, string], paint: Paint) =>
  table(
    ['SETTING', ...titles].map((title) => ({ title })),
    differences.map(({ setting, is, expected }) => [setting, is, expected]),
    paint,
  );
const lines = (parts: readonly string[]): string => `${parts.join('\n')}\n`;

export const createdText = (name: string, settings: TopicSettings): string =>
  lines([`created topic ${name}: ${facts(settings)}`]);

/** Text about a topic that already exists, with its differences from the requested settings. */
export function existingText(
  topic: TopicSettings & { readonly name: string },
  differences: readonly Difference[],
  paint: Paint,
): string {
  const first = `topic ${topic.name} already exists: ${facts(topic)}`;
  if (differences.length === 0) return lines([first]);
  const fixed = differences.some(({ setting }) => setting === 'partitions' || setting === 'replication');
  return lines([
    `${first}. It differs:`,
    ...rows(differences, ['CURRENT', 'REQUESTED'], paint),
    fixed
      ? 'Partitions and replicas cannot change: create a topic with another name, or delete this one first.'
      : 'To apply these settings, add --update to the command.',
  ]);
}

export const updatedText = (name: string, differences: readonly Difference[], paint: Paint): string =>
  lines([`updated topic ${name}:`, ...rows(differences, ['OLD', 'NEW'], paint)]);
