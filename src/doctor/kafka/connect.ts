import { type Check, fail, ok } from '../../core/check.ts';
import type { Clock } from '../../core/util/clock.ts';
import type { Millis } from '../../core/util/time.ts';
import type { KafkaSettings } from '../../log/kafka/settings/settings.ts';
import { type BrokerSession, openBrokerSession } from './broker-session.ts';
import { type AddressRole, checkConnection } from './checks/connectivity.ts';

/** Timeouts for one broker: connecting, each response, and in total. */
const CONNECT_MS: Millis = 3000;
const ANSWER_MS: Millis = 5000;
const BROKER_MS: Millis = 6000;

/** Settings with shorter timeouts, so that the doctor reports unreachable brokers quickly. */
export const withShortTimeouts = (settings: KafkaSettings): KafkaSettings => ({
  ...settings,
  connectTimeoutMs: Math.min(settings.connectTimeoutMs, CONNECT_MS),
  requestTimeoutMs: Math.min(settings.requestTimeoutMs, ANSWER_MS),
});

export interface ConnectResult {
  readonly checks: readonly Check[];
  readonly sessions: readonly BrokerSession[];
}

/** Connects to every address separately and concurrently. */
export async function connectAll(
  settings: KafkaSettings,
  addresses: readonly string[],
  role: AddressRole,
  clock: Clock,
): Promise<ConnectResult> {
  const sessions: BrokerSession[] = [];
  const checks = addresses.map(async (address) => {
    try {
      const session = await openBrokerSession(settings, address, BROKER_MS, clock);
      sessions.push(session);
      return checkConnection(address, role, session, settings);
    } catch (error) {
      return checkConnection(address, role, { error }, settings);
    }
  });
  return { checks: await Promise.all(checks), sessions };
}

/** Checks that all bootstrap brokers belong to one cluster, and that it has a controller. */
export function checkCluster(sessions: readonly BrokerSession[]): Check {
  const what = 'cluster';
  const ids = new Map(sessions.map(({ address, cluster }) => [cluster.clusterId, address]));
  const [first] = sessions;
  if (ids.size > 1) {
    const each = [...ids].map(([id, address]) => `${address} belongs to ${id}`);
    return fail(
      what,
      `the brokers belong to different clusters: ${each.join(', ')}`,
      'Name brokers of one cluster in --bus.',
    );
  }
  const { clusterId, controller, brokers } = first!.cluster;
  if (controller < 0)
    return fail(
      what,
      `${clusterId} has no controller: it cannot create topics or elect leaders`,
      'Start a majority of the controllers (process.roles in server.properties).',
    );
  const all = brokers.map(({ id, address }) => `${id} at ${address}`);
  return ok(what, `${clusterId}: ${brokers.length === 1 ? 'broker' : 'brokers'} ${all.join(', ')}`);
}
