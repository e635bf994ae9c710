import type { LinesOption } from '../../../core/option.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { TopicInfo, TopicSettings } from '../../../log/log.ts';
import { knownDefaults, type TopicDefaults, topicDefaults } from '../../../market/catalog/topics.ts';
import { linesOf, readPairs } from '../../args/key-values.ts';

/** Settings requested for a topic; undefined: not given. */
export interface RequestedSettings {
  readonly partitions?: number | undefined;
  readonly replication?: number | undefined;
  readonly retention?: { readonly ms: Millis | undefined } | undefined;
  readonly compacted?: boolean | undefined;
  /** Further Kafka settings. */
  readonly config: Readonly<Record<string, string>>;
}

/** The topic settings in `--config`. */
export interface TopicConfig extends Pick<RequestedSettings, 'retention' | 'config'> {
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
    throw new RangeError(`retention.ms '${text}' is not a number of milliseconds; -1 means forever`);
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

/** `topics create` uses `--config` for two things: app.ts reads config files, this option reads topic settings. */
export const topicConfig: LinesOption<TopicConfig> = {
  flag: '--config',
  placeholder: '<key=value|file>',
  help: 'Kafka topic setting: segment.ms=10000. A value without = is the config file, as for every command.',
  fallback: { config: {} },
  fallbackText: '',
  env: [],
  repeatable: true,
  lines: true,
  parse: parseConfig,
};

/** A preset requests every setting of its topic. */
export const presetSettings = (
  { partitions, retentionMs, compacted, config = {} }: TopicDefaults,
  replication: number | undefined,
): RequestedSettings => ({ partitions, replication, retention: { ms: retentionMs }, compacted, config });

/** Settings for a new topic; defaults depend on its name. */
export function newSettings(name: string, requested: RequestedSettings): TopicSettings {
  const defaults = topicDefaults(name);
  return {
    partitions: requested.partitions ?? defaults.partitions,
    replication: requested.replication,
    retentionMs: requested.retention === undefined ? defaults.retentionMs : requested.retention.ms,
    compacted: requested.compacted ?? defaults.compacted,
    config: { ...defaults.config, ...requested.config },
  };
}

const isEmpty = ({ config, ...others }: RequestedSettings): boolean =>
  Object.keys(config).length === 0 && Object.values(others).every((one) => one === undefined);

/**
 * Target settings for an existing topic: its current settings, overridden by the requested ones. If none are requested, a
 * topic that the pipeline knows gets the pipeline's defaults, except for its partitions.
 */
export function targetSettings(existing: TopicInfo, requested: RequestedSettings): TopicSettings {
  const defaults = isEmpty(requested) ? knownDefaults(existing.name) : undefined;
  const { retentionMs, compacted } = defaults ?? existing;
  return {
    partitions: requested.partitions ?? existing.partitions,
    replication: requested.replication,
    retentionMs: requested.retention === undefined ? retentionMs : requested.retention.ms,
    compacted: requested.compacted ?? compacted,
    config: { ...defaults?.config, ...requested.config },
  };
}
