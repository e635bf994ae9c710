import type { Clock } from '../../../src/core/util/clock.ts';
import { hintCommands } from '../../../src/doctor/kafka/hints.ts';
import type { ObservedTopic } from '../../../src/doctor/kafka/observed.ts';
import type { KafkaSettings } from '../../../src/log/kafka/settings/settings.ts';
import { DEFAULTS } from '../../log/kafka/defaults.ts';

export const HOUR = 3_600_000;

export const settings: KafkaSettings = { ...DEFAULTS, brokers: ['k1:9092', 'k2:9092'] };

export const tls = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  passphrase: undefined,
  serverName: undefined,
};

export const BUS = '--bus kafka://k1:9092,k2:9092';
export const hints = hintCommands(settings, 'kafka://k1:9092,k2:9092');

/** A topic with all its replicas complete, led by the first. */
export const topic = (
  name: string,
  partitions: number,
  replicas: readonly number[] = [1],
): ObservedTopic => ({
  name,
  partitions: Array.from({ length: partitions }, (_, partition) => ({
    partition,
    leader: replicas[0]!,
    replicas,
    inSync: replicas,
  })),
});

export const byName = (...topics: ObservedTopic[]): ReadonlyMap<string, ObservedTopic> =>
  new Map(topics.map((one) => [one.name, one]));

/** A clock that starts at 0 and jumps ahead in each sleep. */
export function passingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    monotonic: () => now,
    sleep: async (span) => {
      now += span;
    },
  };
}
