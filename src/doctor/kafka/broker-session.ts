import { TLSSocket } from 'node:tls';
import { UserError } from '../../core/errors.ts';
import type { Clock } from '../../core/util/clock.ts';
import type { Millis } from '../../core/util/time.ts';
import { withTimeout } from '../../core/util/timeout.ts';
import { type ClusterClient, openCluster } from '../../log/kafka/client/client.ts';
import { type Broker, Connection } from '../../log/kafka/client/connection.ts';
import type { KafkaSettings } from '../../log/kafka/settings/settings.ts';
import type { WireRequest } from '../../log/kafka/wire/requests/request.ts';
import type { Latency } from './checks/connectivity.ts';
import type { TlsInfo } from './checks/security.ts';
import type { BrokerVersions } from './checks/versions.ts';
import { versionsRequest } from './requests/api-versions.ts';
import { type Metadata, metadataRequest } from './requests/metadata.ts';

/** A connection to a single broker, independent of the others. */
export interface BrokerSession {
  readonly address: string;
  readonly latency: Latency;
  readonly versions: BrokerVersions;
  readonly tls: TlsInfo | undefined;
  /** The broker's cluster metadata, without topics. */
  readonly cluster: Metadata;
  /** Throws UserError `failed` if the broker does not support the request. */
  send<T>(request: WireRequest<T>): Promise<T>;
  close(): void;
}

/** Rejects if `step` takes longer than `span`. */
export const withDeadline = <T>(span: Millis, clock: Clock, step: Promise<T>): Promise<T> =>
  withTimeout(clock, span, step, (): never => {
    throw new Error(`no response within ${span} ms`);
  });

/** Connects to a broker, logs in and reads its versions and metadata, all within `span`. */
export async function openBrokerSession(
  settings: KafkaSettings,
  address: string,
  span: Millis,
  clock: Clock,
): Promise<BrokerSession> {
  const alone = { ...settings, brokers: [address] };
  const cluster = openCluster(alone);
  const close = () => void cluster.brokerPool.seedBroker?.disconnect().catch(() => {});
  try {
    return await withDeadline(span, clock, begin(cluster, alone, clock, close));
  } catch (error) {
    close();
    throw error;
  }
}

async function begin(
  cluster: ClusterClient,
  settings: KafkaSettings,
  clock: Clock,
  close: () => void,
): Promise<BrokerSession> {
  const connection = new Connection(settings);
  const begun = clock.monotonic();
  await cluster.connect();
  const broker = cluster.brokerPool.seedBroker!;
  const connected = clock.monotonic();
  const requests = new Map(
    Object.entries(broker.versions).map(([key, { minVersion, maxVersion }]) => [
      Number(key),
      { min: minVersion, max: maxVersion },
    ]),
  );
  const ask = <T>(request: WireRequest<T>): Promise<T> => {
    const { apiKey, apiVersion, apiName } = request;
    const range = requests.get(apiKey);
    if (range === undefined || apiVersion < range.min || apiVersion > range.max)
      throw new UserError(
        'failed',
        `the broker does not support ${apiName} version ${apiVersion}`,
        'Use Apache Kafka 3.9 or newer.',
      );
    return connection.send(broker, request);
  };
  const { features, levels } = await connection.send(broker, versionsRequest());
  const latency = { connectMs: connected - begun, answerMs: clock.monotonic() - connected };
  return {
    address: settings.brokers[0]!,
    latency,
    versions: { requests, features, levels },
    tls: tlsOf(broker),
    cluster: await ask(metadataRequest([])),
    send: ask,
    close,
  };
}

function tlsOf({ connectionPool }: Broker): TlsInfo | undefined {
  const socket: unknown = connectionPool.pool[0]?.socket;
  if (!(socket instanceof TLSSocket)) return undefined;
  const validTo = Date.parse(socket.getPeerCertificate().valid_to);
  return Number.isNaN(validTo) ? undefined : { protocol: socket.getProtocol() ?? 'TLS', validTo };
}
