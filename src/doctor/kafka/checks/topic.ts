import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { counted } from '../../../core/text/numbers.ts';
import { formatBytes } from '../../../core/text/size.ts';
import { formatSpan } from '../../../core/util/time.ts';
import { type Configs, settingsOf } from '../../../log/kafka/topic-configs.ts';
import type { TopicSettings } from '../../../log/log.ts';
import type { TopicNeed } from '../dependencies.ts';
import { names as listed } from '../finding.ts';
import type { Remedies } from '../hints.ts';
import type { SeenConfigs, SeenTopic } from '../observed.ts';

const keptText = ({ retentionMs, compacted }: Pick<TopicSettings, 'retentionMs' | 'compacted'>): string =>
  `kept ${retentionMs === undefined ? 'for good' : formatSpan(retentionMs)}${compacted ? ', compacted' : ''}`;

const partitionsText = (partitions: number): string => counted(partitions, 'partition');

/** Twice what is needed, or what is usual: a stage may stand still for a while. */
const enough = ({ keep, made }: TopicNeed): string =>
  made.retentionMs === undefined ? 'forever' : formatSpan(Math.max(made.retentionMs, 2 * (keep?.ms ?? 0)));

function judgeRetention(need: TopicNeed, configs: Configs, { topics }: Remedies): Check[] {
  const { name, keep } = need;
  const { retentionMs } = settingsOf(configs);
  if (keep === undefined || retentionMs === undefined) return [];
  const what = `topic ${name}`;
  if (retentionMs < keep.ms)
    return [
      fail(
        what,
        `kept ${formatSpan(retentionMs)}, but ${keep.why} need ${formatSpan(keep.ms)}: records are deleted before they are used`,
        topics(`create ${name} --retention ${enough(need)} --update`),
      ),
    ];
  const most = Number(configs['retention.bytes'] ?? -1);
  if (most < 0) return [];
  return [
    warn(
      what,
      `kept up to ${formatBytes(most)} a partition (retention.bytes), however young the records are`,
      topics(`create ${name} --config retention.bytes=-1 --update`),
    ),
  ];
}

function judgeCompaction({ name, made }: TopicNeed, configs: Configs, { topics }: Remedies): Check[] {
  const is = settingsOf(configs);
  const what = `topic ${name}`;
  if (made.compacted && !is.compacted)
    return [
      warn(
        what,
        'not compacted: older versions of a row stay beside the newest',
        topics(`create ${name} --compact --update`),
      ),
    ];
  if (is.compacted && !made.compacted)
    return [
      warn(
        what,
        'compacted: of records with the same key only the newest stays',
        topics(`create ${name} --config cleanup.policy=delete --update`),
      ),
    ];
  return [];
}

/** A topic that the pipeline has a setting for. `configs` undefined: this user may not see them. */
export function judgeTopic(
  need: TopicNeed,
  seen: SeenTopic | undefined,
  configs: Configs | undefined,
  remedies: Remedies,
): Check[] {
  const { name, made } = need;
  const what = `topic ${name}`;
  if (seen === undefined)
    return [
      ok(what, `not there yet: it will be made with ${partitionsText(made.partitions)}, ${keptText(made)}`),
    ];
  const partitions = partitionsText(seen.partitions.length);
  if (configs === undefined) return [hidden(what, name, partitions, remedies)];
  const findings = [...judgeRetention(need, configs, remedies), ...judgeCompaction(need, configs, remedies)];
  return findings.length > 0 ? findings : [ok(what, `${partitions}, ${keptText(settingsOf(configs))}`)];
}

const hidden = (what: string, name: string, partitions: string, { allow }: Remedies): Check =>
  warn(
    what,
    `${partitions}; this user may not see its settings`,
    allow(`--operation DescribeConfigs --topic ${name}`),
  );

/** Topics that are read from start to end, for their newest values: processors' state, sources' places. */
export function judgeLasting(
  names: readonly string[],
  seen: ReadonlyMap<string, SeenTopic>,
  configs: SeenConfigs,
  remedies: Remedies,
): Check[] {
  const absent = names.filter((name) => !seen.has(name));
  const findings = names.flatMap((name) => {
    const topic = seen.get(name);
    return topic === undefined ? [] : [judgeOneLasting(topic, configs.get(name), remedies)];
  });
  if (absent.length === 0) return findings;
  return [...findings, ok('state and places', `not there yet, the first run makes them: ${listed(absent)}`)];
}

function judgeOneLasting(
  { name, partitions }: SeenTopic,
  configs: Configs | undefined,
  remedies: Remedies,
): Check {
  const what = `topic ${name}`;
  const counted = partitionsText(partitions.length);
  if (configs === undefined) return hidden(what, name, counted, remedies);
  const { retentionMs, compacted } = settingsOf(configs);
  const remedy = remedies.topics(`create ${name} --retention forever --compact --update`);
  if (retentionMs !== undefined)
    return fail(
      what,
      `what was not written for ${formatSpan(retentionMs)} is deleted (cleanup.policy=${configs['cleanup.policy']}), and with it a part of what the pipeline knows`,
      remedy,
    );
  if (!compacted)
    return warn(what, 'not compacted: it grows with every commit, and takes longer to read', remedy);
  return ok(what, `${counted}, kept for good, compacted`);
}
