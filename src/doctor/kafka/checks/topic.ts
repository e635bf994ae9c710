import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { counted } from '../../../core/text/numbers.ts';
import { formatSize } from '../../../core/text/size.ts';
import { formatSpan } from '../../../core/util/time.ts';
import { type Configs, settingsOf } from '../../../log/kafka/topic-configs.ts';
import type { TopicSettings } from '../../../log/log.ts';
import type { TopicDependency } from '../dependencies.ts';
import { listNames as listed } from '../failed-check.ts';
import type { HintCommands } from '../hints.ts';
import type { ConfigsByName, ObservedTopic } from '../observed.ts';

const retentionText = ({
  retentionMs,
  compacted,
}: Pick<TopicSettings, 'retentionMs' | 'compacted'>): string =>
  `kept ${retentionMs === undefined ? 'forever' : formatSpan(retentionMs)}${compacted ? ', compacted' : ''}`;

const partitionsText = (partitions: number): string => counted(partitions, 'partition');

/** At least twice the required time, because a stage may stop for a while. */
const suggestedRetention = ({ keep, defaults }: TopicDependency): string =>
  defaults.retentionMs === undefined
    ? 'forever'
    : formatSpan(Math.max(defaults.retentionMs, 2 * (keep?.ms ?? 0)));

function checkRetention(need: TopicDependency, configs: Configs, { topics }: HintCommands): Check[] {
  const { name, keep } = need;
  const { retentionMs } = settingsOf(configs);
  if (keep === undefined || retentionMs === undefined) return [];
  const what = `topic ${name}`;
  if (retentionMs < keep.ms)
    return [
      fail(
        what,
        `kept ${formatSpan(retentionMs)}, but ${keep.why} needs ${formatSpan(keep.ms)}: records expire before they are used`,
        topics(`create ${name} --retention ${suggestedRetention(need)} --update`),
      ),
    ];
  const most = Number(configs['retention.bytes'] ?? -1);
  if (most < 0) return [];
  return [
    warn(
      what,
      `limited to ${formatSize(most)} a partition (retention.bytes), whatever the age of the records`,
      topics(`create ${name} --config retention.bytes=-1 --update`),
    ),
  ];
}

function checkCompaction(
  { name, defaults }: TopicDependency,
  configs: Configs,
  { topics }: HintCommands,
): Check[] {
  const is = settingsOf(configs);
  const what = `topic ${name}`;
  if (defaults.compacted && !is.compacted)
    return [
      warn(
        what,
        'not compacted: old versions of each row stay beside the newest',
        topics(`create ${name} --compact --update`),
      ),
    ];
  if (is.compacted && !defaults.compacted)
    return [
      warn(
        what,
        'compacted: only the newest record of each key is kept',
        topics(`create ${name} --config cleanup.policy=delete --update`),
      ),
    ];
  return [];
}

/** Checks a topic that the pipeline has settings for. `configs` is undefined when this user may not read them. */
export function checkTopic(
  need: TopicDependency,
  seen: ObservedTopic | undefined,
  configs: Configs | undefined,
  hints: HintCommands,
): Check[] {
  const { name, defaults } = need;
  const what = `topic ${name}`;
  if (seen === undefined)
    return [
      ok(
        what,
        `does not exist yet; will be created with ${partitionsText(defaults.partitions)}, ${retentionText(defaults)}`,
      ),
    ];
  const partitions = partitionsText(seen.partitions.length);
  if (configs === undefined) return [hidden(what, name, partitions, hints)];
  const checks = [...checkRetention(need, configs, hints), ...checkCompaction(need, configs, hints)];
  return checks.length > 0 ? checks : [ok(what, `${partitions}, ${retentionText(settingsOf(configs))}`)];
}

const hidden = (what: string, name: string, partitions: string, { allow }: HintCommands): Check =>
  warn(
    what,
    `${partitions}: this user may not read its settings`,
    allow(`--operation DescribeConfigs --topic ${name}`),
  );

/** Checks topics read from start to end for the newest values: processor state and source offsets. */
export function checkStateTopics(
  names: readonly string[],
  seen: ReadonlyMap<string, ObservedTopic>,
  configs: ConfigsByName,
  hints: HintCommands,
): Check[] {
  const absent = names.filter((name) => !seen.has(name));
  const checks = names.flatMap((name) => {
    const topic = seen.get(name);
    return topic === undefined ? [] : [checkStateTopic(topic, configs.get(name), hints)];
  });
  if (absent.length === 0) return checks;
  return [...checks, ok('state topics', `not created yet; the first run creates ${listed(absent)}`)];
}

function checkStateTopic(
  { name, partitions }: ObservedTopic,
  configs: Configs | undefined,
  hints: HintCommands,
): Check {
  const what = `topic ${name}`;
  const counted = partitionsText(partitions.length);
  if (configs === undefined) return hidden(what, name, counted, hints);
  const { retentionMs, compacted } = settingsOf(configs);
  const hint = hints.topics(`create ${name} --retention forever --compact --update`);
  if (retentionMs !== undefined)
    return fail(
      what,
      `state older than ${formatSpan(retentionMs)} is deleted (cleanup.policy=${configs['cleanup.policy']}), so the pipeline loses state`,
      hint,
    );
  if (!compacted)
    return warn(what, 'not compacted: it grows with every commit and takes longer to restore', hint);
  return ok(what, `${counted}, kept forever, compacted`);
}
