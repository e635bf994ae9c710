import type { TopicSettings } from '../log.ts';

/** Settings with Kafka's names and spelling. */
export type Configs = Readonly<Record<string, string>>;

/** Converts topic settings to Kafka configs; explicit `config` entries win. */
export function configsOf({ retentionMs, compacted, config }: TopicSettings): Configs {
  const policy = compacted ? (retentionMs === undefined ? 'compact' : 'compact,delete') : 'delete';
  return { 'cleanup.policy': policy, 'retention.ms': String(retentionMs ?? -1), ...config };
}

/** Converts Kafka configs to topic settings. */
export function settingsOf(configs: Configs): Pick<TopicSettings, 'retentionMs' | 'compacted'> {
  const policies = policyOf(configs['cleanup.policy'] ?? 'delete');
  const retention = Number(configs['retention.ms'] ?? -1);
  const kept = !policies.includes('delete') || retention < 0;
  return { retentionMs: kept ? undefined : retention, compacted: policies.includes('compact') };
}

const policyOf = (text: string): string[] => text.split(',').map((policy) => policy.trim());

/** Compares config values; ignores the order of cleanup policies and the spelling of numbers. */
export function sameConfig(name: string, a: string, b: string): boolean {
  if (name === 'cleanup.policy') return policyOf(a).sort().join() === policyOf(b).sort().join();
  return a === b || (a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b));
}
