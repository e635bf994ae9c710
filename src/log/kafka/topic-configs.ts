import type { TopicSettings } from '../log.ts';

/** Settings as Kafka names and writes them. */
export type Configs = Readonly<Record<string, string>>;

/** A topic's settings as Kafka's; what is given in Kafka's own words wins. */
export function configsOf({ retentionMs, compacted, config }: TopicSettings): Configs {
  const policy = compacted ? (retentionMs === undefined ? 'compact' : 'compact,delete') : 'delete';
  return { 'cleanup.policy': policy, 'retention.ms': String(retentionMs ?? -1), ...config };
}

/** The other way round. */
export function settingsOf(configs: Configs): Pick<TopicSettings, 'retentionMs' | 'compacted'> {
  const policies = policyOf(configs['cleanup.policy'] ?? 'delete');
  const retention = Number(configs['retention.ms'] ?? -1);
  const kept = !policies.includes('delete') || retention < 0;
  return { retentionMs: kept ? undefined : retention, compacted: policies.includes('compact') };
}

const policyOf = (text: string): string[] => text.split(',').map((policy) => policy.trim());

/** Whether two texts say the same: the order of cleanup policies says nothing, nor does how a number is written. */
export function sameConfig(name: string, a: string, b: string): boolean {
  if (name === 'cleanup.policy') return policyOf(a).sort().join() === policyOf(b).sort().join();
  return a === b || (a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b));
}
