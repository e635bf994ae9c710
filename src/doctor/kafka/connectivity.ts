import { type Check, fail, ok } from '../../core/check.ts';
import type { Clock } from '../../core/util/clock.ts';
import type { Millis } from '../../core/util/time.ts';
import type { KafkaSettings } from '../../log/kafka/settings/settings.ts';
import { judgeReach, type Role } from './checks/connectivity.ts';
import { openSession, type Session } from './session.ts';

/** For one broker: to connect, for each answer, and for all of it. */
const CONNECT_MS: Millis = 3000;
const ANSWER_MS: Millis = 5000;
const BROKER_MS: Millis = 6000;

/** The same settings for somebody in a hurry. */
export const hurried = (settings: KafkaSettings): KafkaSettings => ({
  ...settings,
  connectTimeoutMs: Math.min(settings.connectTimeoutMs, CONNECT_MS),
  requestTimeoutMs: Math.min(settings.requestTimeoutMs, ANSWER_MS),
});

export interface Reach {
  readonly findings: readonly Check[];
  readonly sessions: readonly Session[];
}

/** Every address by itself, all at once. */
export async function reach(
  settings: KafkaSettings,
  addresses: readonly string[],
  role: Role,
  clock: Clock,
): Promise<Reach> {
  const sessions: Session[] = [];
  const findings = addresses.map(async (address) => {
    try {
      const session = await openSession(settings, address, BROKER_MS, clock);
      sessions.push(session);
      return judgeReach(address, role, session, settings);
    } catch (error) {
      return judgeReach(address, role, { error }, settings);
    }
  });
  return { findings: await Promise.all(findings), sessions };
}

/** What the brokers that were named say of the cluster: it should be one. */
export function judgeCluster(sessions: readonly Session[]): Check {
  const what = 'cluster';
  const ids = new Map(sessions.map(({ address, cluster }) => [cluster.clusterId, address]));
  const [first] = sessions;
  if (ids.size > 1) {
    const each = [...ids].map(([id, address]) => `${address} is of ${id}`);
    return fail(
      what,
      `the brokers are of different clusters: ${each.join(', ')}`,
      'Name brokers of one cluster in --bus.',
    );
  }
  const { clusterId, controller, brokers } = first!.cluster;
  if (controller < 0)
    return fail(
      what,
      `${clusterId} has no controller: nothing can be made, and no leader be chosen`,
      'Start the controllers (process.roles in server.properties), a majority of them.',
    );
  const all = brokers.map(({ id, address }) => `${id} at ${address}`);
  return ok(what, `${clusterId}: ${brokers.length === 1 ? 'broker' : 'brokers'} ${all.join(', ')}`);
}
