import type { LinesOption } from '../../../core/option.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { TopicInfo, TopicSettings } from '../../../log/log.ts';
import { knownDefaults, type TopicDefaults, topicDefaults } from '../../../market/catalog/topics.ts';
import { linesOf, readPairs } from '../../args/key-values.ts';

/** What somebody said of a topic; what he left out is undefined. */
export interface Asked {
  readonly partitions?: number | undefined;
  readonly replication?: number | undefined;
  readonly retention?: { readonly ms: Millis | undefined } | undefined;
  readonly compacted?: boolean | undefined;
  /** Settings of Kafka that are none of the above. */
  readonly config: Readonly<Record<string, string>>;
}

/** `--config`, where it says something of the topic. */
export interface TopicConfig extends Pick<Asked, 'retention' | 'config'> {
  readonly policy?: 'delete' | 'compact' | 'compact,delete';
}

function readPolicy(text: string): NonNullable<TopicConfig['policy']> {
  const policy = text.split(',').sort().join();
  if (policy !== 'delete' && policy !== 'compact' && policy !== 'compact,delete')
    throw new RangeError(`cleanup.policy '${text}' is not delete, compact or compact,delete`);
  return policy;
}

function readRetention(text: string): { readonly ms: Millis | undefined } {
  if (!/^(-1|\d+)$/.test(text))
    throw new RangeError(`retention.ms '${text}' is not a number of milliseconds; -1 is for good`);
  return { ms: text === '-1' ? undefined : Number(text) };
}

function parseConfig(text: string): TopicConfig {
  const lines = linesOf(text).filter((line) => line.includes('='));
  const {
    'retention.ms': retention,
    'cleanup.policy': policy,
    ...config
  } = readPairs(lines, 'segment.ms=10000');
  return {
    config,
    ...(retention === undefined ? {} : { retention: readRetention(retention) }),
    ...(policy === undefined ? {} : { policy: readPolicy(policy) }),
  };
}

/** `--config` means two things here: the config file is read by app.ts, the settings by this. */
export const topicConfig: LinesOption<TopicConfig> = {
  flag: '--config',
  placeholder: '<key=value|file>',
  help: "A setting of the topic in Kafka's words: segment.ms=10000. A text without a = is the config file, as for every command.",
  fallback: { config: {} },
  fallbackText: '',
  env: [],
  repeatable: true,
  lines: true,
  parse: parseConfig,
};

/** All of a preset's topic is asked for. */
export const askedByPreset = (
  { partitions, retentionMs, compacted, config = {} }: TopicDefaults,
  replication: number | undefined,
): Asked => ({ partitions, replication, retention: { ms: retentionMs }, compacted, config });

/** Settings of a topic that is to be made: what was left out comes from its name. */
export function newSettings(name: string, asked: Asked): TopicSettings {
  const usual = topicDefaults(name);
  return {
    partitions: asked.partitions ?? usual.partitions,
    replication: asked.replication,
    retentionMs: asked.retention === undefined ? usual.retentionMs : asked.retention.ms,
    compacted: asked.compacted ?? usual.compacted,
    config: { ...usual.config, ...asked.config },
  };
}

const nothing = ({ config, ...others }: Asked): boolean =>
  Object.keys(config).length === 0 && Object.values(others).every((one) => one === undefined);

/**
 * What a topic that is there should be like: as it is but for what was asked. When nothing was, a topic that the
 * pipeline knows should be as the pipeline needs it, but for its partitions.
 */
export function wantedSettings(there: TopicInfo, asked: Asked): TopicSettings {
  const usual = nothing(asked) ? knownDefaults(there.name) : undefined;
  const { retentionMs, compacted } = usual ?? there;
  return {
    partitions: asked.partitions ?? there.partitions,
    replication: asked.replication,
    retentionMs: asked.retention === undefined ? retentionMs : asked.retention.ms,
    compacted: asked.compacted ?? compacted,
    config: { ...usual?.config, ...asked.config },
  };
}
