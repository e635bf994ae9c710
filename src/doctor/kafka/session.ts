import { TLSSocket } from 'node:tls';
import { UserError } from '../../core/errors.ts';
import type { Clock } from '../../core/util/clock.ts';
import type { Millis } from '../../core/util/time.ts';
import { withTimeout } from '../../core/util/timeout.ts';
import { type RawCluster, rawCluster } from '../../log/kafka/client/client.ts';
import { type Broker, Connection } from '../../log/kafka/client/connection.ts';
import type { KafkaSettings } from '../../log/kafka/settings/settings.ts';
import type { WireRequest } from '../../log/kafka/wire/requests/request.ts';
import type { Latency } from './checks/connectivity.ts';
import type { SeenTls } from './checks/security.ts';
import type { BrokerVersions } from './checks/versions.ts';
import { type Metadata, metadataRequest } from './requests/metadata.ts';
import { versionsRequest } from './requests/versions.ts';

/** A connection to one broker alone, whatever the others do. */
export interface Session {
  readonly address: string;
  readonly latency: Latency;
  readonly versions: BrokerVersions;
  readonly tls: SeenTls | undefined;
  /** What it knows of the cluster, topics left out. */
  readonly cluster: Metadata;
  /** Throws Problem `failed` when the broker does not know the request. */
  ask<T>(request: WireRequest<T>): Promise<T>;
  close(): void;
}

/** Resolves as the step does; rejects when it takes longer. */
export const inTime = <T>(span: Millis, clock: Clock, step: Promise<T>): Promise<T> =>
  withTimeout(clock, span, step, (): never => {
    throw new Error(`no answer within ${span} ms`);
  });

/** Connects to a broker, logs in, and asks what it is. `span`: for all of that. */
export async function openSession(
  settings: KafkaSettings,
  address: string,
  span: Millis,
  clock: Clock,
): Promise<Session> {
  const alone = { ...settings, brokers: [address] };
  const cluster = rawCluster(alone);
  const close = () => void cluster.brokerPool.seedBroker?.disconnect().catch(() => {});
  try {
    return await inTime(span, clock, begin(cluster, alone, clock, close));
  } catch (error) {
    close();
    throw error;
  }
}

async function begin(
  cluster: RawCluster,
  settings: KafkaSettings,
  clock: Clock,
  close: () => void,
): Promise<Session> {
  const link = new Connection(settings);
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
        `it does not know ${apiName} ${apiVersion}`,
        'Use Apache Kafka 3.9 or newer.',
      );
    return link.send(broker, request);
  };
  const { features, levels } = await link.send(broker, versionsRequest());
  const latency = { connectMs: connected - begun, answerMs: clock.monotonic() - connected };
  return {
    address: settings.brokers[0]!,
    latency,
    versions: { requests, features, levels },
    tls: tlsOf(broker),
    cluster: await ask(metadataRequest([])),
    ask,
    close,
  };
}

function tlsOf({ connectionPool }: Broker): SeenTls | undefined {
  const socket: unknown = connectionPool.pool[0]?.socket;
  if (!(socket instanceof TLSSocket)) return undefined;
  const validTo = Date.parse(socket.getPeerCertificate().valid_to);
  return Number.isNaN(validTo) ? undefined : { protocol: socket.getProtocol() ?? 'TLS', validTo };
}
