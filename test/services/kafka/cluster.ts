import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificates, certificatePaths, makeCertificates } from './certificates.ts';
import { format } from './format.ts';
import { findJava } from './java.ts';
import { runTool, type Tool } from './kafka-tool.ts';
import { kafkaNode, type Node } from './node.ts';
import { type Ports, reservePorts } from './ports.ts';
import { type Processes, processes } from './processes.ts';
import { dataFolder, LISTENERS, type Listener, type NodeAddresses } from './properties.ts';

/** The version of Apache Kafka the suite runs; KAFKA_VERSION chooses another (3.9.1 is tested too). */
export const KAFKA_VERSION = process.env.KAFKA_VERSION || '4.3.1';

export interface KafkaOptions {
  readonly nodes: 1 | 3;
  /** Listeners with SASL and TLS as well; user `app`, password `app-secret`. */
  readonly security?: boolean;
  /** Largest Java heap of a node, as in -Xmx; default 320m. */
  readonly heap?: string;
  /**
   * For measurements: Java compiles for speed. Without it a node starts with half the work (3 s of a core less) and is
   * slower under full load.
   */
  readonly throughput?: boolean;
  /**
   * Asked before a node starts: the node (from 1) and the port its PLAINTEXT listener will have on 127.0.0.1; returns the `host:port`
   * that is advertised to clients instead (a proxy's). Brokers among themselves and `tool` do not use it.
   */
  readonly advertise?: (node: number, port: number) => Promise<string>;
}

/** Nodes are numbered from 1. */
export interface KafkaCluster {
  /** `host:port` of the PLAINTEXT listeners of all nodes, as advertised to clients. */
  readonly bootstrap: string;
  /** Bootstrap strings; those of secure listeners are empty without `security`. */
  readonly listeners: {
    readonly plaintext: string;
    /** PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, and OAUTHBEARER with unsigned tokens. */
    readonly saslPlaintext: string;
    readonly tls: string;
    readonly saslTls: string;
    /** TLS with a client certificate. */
    readonly mtls: string;
  };
  /** Paths of PEM files, present only with `security`. The server's certificate is for 127.0.0.1 and localhost. */
  readonly certs: Certificates;
  /** The folder of a node's partitions (`<topic>-<partition>/*.log`), for `dump-log`. */
  data(node: number): string;
  /** SIGKILL. */
  kill(node: number): void;
  /** SIGTERM: the node hands over its leaderships; resolves when it has ended. */
  stop(node: number): Promise<void>;
  /** Starts a killed or stopped node again on its data; resolves when it serves. */
  start(node: number): Promise<void>;
  /** SIGSTOP: connections stay open and get no response. */
  pause(node: number): void;
  resume(node: number): void;
  /**
   * stdout of one of Kafka's own command line tools, with the cluster's address unless `args` contain one.
   * Throws when it fails or takes longer than three minutes.
   */
  tool(name: Tool, args: readonly string[], stdin?: string): Promise<string>;
  /** Ends everything and removes the folders. */
  close(): Promise<void>;
}

/** Starts Apache Kafka on 127.0.0.1, empty; it ends at the latest with this process. Throws without Java and Docker. */
export async function startKafka(options: KafkaOptions): Promise<KafkaCluster> {
  const java = await findJava(KAFKA_VERSION);
  const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-kafka-'));
  const all = processes(java, folder);
  const reserved: Ports[] = [];
  const close = async () => {
    await all.close();
    for (const ports of reserved) ports.release();
  };
  try {
    const certificates = join(folder, 'certificates');
    if (options.security) makeCertificates(certificates);
    const addresses = await Promise.all(
      Array.from({ length: options.nodes }, async (_, i) => {
        const ports = await reservePorts();
        reserved.push(ports);
        return addressesOf(i + 1, ports, options);
      }),
    );
    const settings = addresses.map((node) => ({
      node,
      nodes: addresses,
      folder: join(folder, String(node.id)),
      certificates: options.security ? certificates : undefined,
    }));
    await format(all, settings);
    const nodes = settings.map(({ node, folder }) =>
      kafkaNode(all, {
        id: node.id,
        folder,
        port: node.port.INTERNAL,
        heap: options.heap ?? '320m',
        throughput: options.throughput === true,
      }),
    );
    const ids = addresses.map(({ id }) => id);
    await Promise.all(nodes.map((node) => node.start(ids)));
    return cluster({ all, nodes, addresses, folder, secure: options.security === true, close });
  } catch (error) {
    await close();
    throw error;
  }
}

const at = (port: number) => `127.0.0.1:${port}`;
const internal = ({ port }: NodeAddresses) => at(port.INTERNAL);

async function addressesOf(
  id: number,
  { ports }: Ports,
  { advertise }: KafkaOptions,
): Promise<NodeAddresses> {
  const port = Object.fromEntries(LISTENERS.map((name, i) => [name, ports[i]!])) as Record<Listener, number>;
  return { id, port, advertised: (await advertise?.(id, port.PLAINTEXT)) ?? at(port.PLAINTEXT) };
}

interface Parts {
  readonly all: Processes;
  readonly nodes: readonly Node[];
  readonly addresses: readonly NodeAddresses[];
  readonly folder: string;
  readonly secure: boolean;
  close(): Promise<void>;
}

function cluster({ all, nodes, addresses, folder, secure, close }: Parts): KafkaCluster {
  const plaintext = addresses.map(({ advertised }) => advertised).join(',');
  const through = (name: Listener) => (secure ? addresses.map(({ port }) => at(port[name])).join(',') : '');
  const target = { version: KAFKA_VERSION, bootstrap: addresses.map(internal).join(',') };
  const node = (id: number) => {
    const found = nodes[id - 1];
    if (!found) throw new Error(`no node ${id}: the cluster has ${nodes.length}`);
    return found;
  };
  return {
    bootstrap: plaintext,
    listeners: {
      plaintext,
      saslPlaintext: through('SASL'),
      tls: through('TLS'),
      saslTls: through('SASL_TLS'),
      mtls: through('MTLS'),
    },
    certs: certificatePaths(join(folder, 'certificates')),
    data: (id) => dataFolder(join(folder, String(id))),
    kill: (id) => node(id).kill(),
    stop: (id) => node(id).stop(),
    start: (id) => node(id).start(),
    pause: (id) => node(id).pause(),
    resume: (id) => node(id).resume(),
    tool: (name, args, stdin) => runTool(all, target, name, args, stdin),
    close,
  };
}
