import { join } from 'node:path';

/** The security protocol of each listener. */
const PROTOCOLS = {
  /** For tests; may be advertised as another address. */
  PLAINTEXT: 'PLAINTEXT',
  /** For brokers among themselves and the command line tools. */
  INTERNAL: 'PLAINTEXT',
  CONTROLLER: 'PLAINTEXT',
  SASL: 'SASL_PLAINTEXT',
  TLS: 'SSL',
  SASL_TLS: 'SASL_SSL',
  /** TLS that asks for a client's certificate. */
  MTLS: 'SSL',
} as const;
export type Listener = keyof typeof PROTOCOLS;

const PLAIN: readonly Listener[] = ['PLAINTEXT', 'INTERNAL', 'CONTROLLER'];
const SECURE: readonly Listener[] = ['SASL', 'TLS', 'SASL_TLS', 'MTLS'];
export const LISTENERS = [...PLAIN, ...SECURE];

export interface NodeAddresses {
  /** From 1. */
  readonly id: number;
  readonly port: Readonly<Record<Listener, number>>;
  /** The `host:port` that PLAINTEXT advertises. */
  readonly advertised: string;
}

export const USER = 'app';
export const PASSWORD = 'app-secret';

export interface ServerSettings {
  readonly node: NodeAddresses;
  readonly nodes: readonly NodeAddresses[];
  /** The node's own. */
  readonly folder: string;
  /** The folder of certificates.ts; undefined: no secure listeners. */
  readonly certificates: string | undefined;
}

/** The text of server.properties: a combined KRaft node for a small machine, with short timeouts. */
export function serverProperties({ node, nodes, folder, certificates }: ServerSettings): string {
  const copies = nodes.length;
  const enough = Math.min(2, copies);
  const listeners = certificates ? LISTENERS : PLAIN;
  const at = (name: Listener) => `${name}://127.0.0.1:${node.port[name]}`;
  const advertised = listeners
    .filter((name) => name !== 'CONTROLLER')
    .map((name) => (name === 'PLAINTEXT' ? `PLAINTEXT://${node.advertised}` : at(name)));

  return `process.roles=broker,controller
node.id=${node.id}
controller.quorum.voters=${nodes.map(({ id, port }) => `${id}@127.0.0.1:${port.CONTROLLER}`)}
controller.listener.names=CONTROLLER
inter.broker.listener.name=INTERNAL
listeners=${listeners.map(at)}
advertised.listeners=${advertised}
listener.security.protocol.map=${listeners.map((name) => `${name}:${PROTOCOLS[name]}`)}
log.dirs=${dataFolder(folder)}

num.network.threads=2
num.io.threads=4
background.threads=4
log.cleaner.dedupe.buffer.size=8388608

auto.create.topics.enable=false
num.partitions=6
default.replication.factor=${copies}
min.insync.replicas=${enough}
offsets.topic.replication.factor=${copies}
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=${copies}
transaction.state.log.min.isr=${enough}
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=${copies}
share.coordinator.state.topic.min.isr=${enough}
share.coordinator.state.topic.num.partitions=4

group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=6000
broker.heartbeat.interval.ms=1000
log.initial.task.delay.ms=1000
log.retention.check.interval.ms=5000
log.cleaner.backoff.ms=1000
${certificates ? security(certificates) : ''}`;
}

export const dataFolder = (nodeFolder: string) => join(nodeFolder, 'data');

function security(certificates: string): string {
  const module = 'org.apache.kafka.common.security';
  return ['sasl', 'sasl_tls']
    .map((listener) => `listener.name.${listener}`)
    .map(
      (listener) => `
${listener}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
${listener}.plain.sasl.jaas.config=${module}.plain.PlainLoginModule required user_${USER}="${PASSWORD}";
${listener}.scram-sha-256.sasl.jaas.config=${module}.scram.ScramLoginModule required;
${listener}.scram-sha-512.sasl.jaas.config=${module}.scram.ScramLoginModule required;
${listener}.oauthbearer.sasl.jaas.config=${module}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="${USER}";`,
    )
    .concat(
      `
ssl.keystore.type=PEM
ssl.keystore.location=${join(certificates, 'server.pem')}
ssl.truststore.type=PEM
ssl.truststore.location=${join(certificates, 'ca.pem')}
listener.name.mtls.ssl.client.auth=required
`,
    )
    .join('');
}

/** Arguments of `format`: SCRAM users are stored in the cluster, not in settings. */
export const SCRAM_USERS = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
  '--add-scram',
  `${mechanism}=[name=${USER},password=${PASSWORD}]`,
]);
