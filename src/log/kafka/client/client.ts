import Cluster from 'kafkajs/src/cluster/index.js';
import { createLogger } from 'kafkajs/src/loggers/index.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import socketFactory from 'kafkajs/src/network/socketFactory.js';
import { errorCodes } from 'kafkajs/src/protocol/error.js';
import metadata, { type MetadataAnswer } from 'kafkajs/src/protocol/requests/metadata/index.js';
import { mskToken } from '../settings/msk-token.ts';
import type { KafkaSettings, SaslSettings } from '../settings/settings.ts';

/*
 * kafkajs keeps re-arming a request queue timer with nothing pending, at a large negative delay: a 1 ms loop.
 * client.test.ts fails if the package's source changes.
 */
const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
};

/* kafkajs checks for overdue requests ten times a second on every socket; once a second is enough. */
const OVERDUE_EVERY_MS = 1000;
RequestQueue.prototype.scheduleRequestTimeoutCheck = function (this: RequestQueue): void {
  this.destroy();
  this.requestTimeoutIntervalId = setInterval(() => {
    const now = Date.now();
    for (const request of [...this.inflight.values()])
      if (now - request.sentAt > request.requestTimeout) request.timeoutRequest();
    if (!this.isConnected()) this.destroy();
  }, OVERDUE_EVERY_MS);
};

/*
 * One partition without a leader, in any topic, makes kafkajs reject the whole metadata response. Clear the error code
 * instead: a caller that needs the missing leader notices it (connection.ts) and retries.
 */
const metadataOf = metadata.protocol;
metadata.protocol = (version) => (question) => {
  const { request, response } = metadataOf(version)(question);
  const all = question.topics.length === 0;
  const parse = (data: MetadataAnswer) => {
    const known = data.topicMetadata.filter(({ topicErrorCode }) => !all || topicErrorCode === 0);
    // In place, because a cluster may have thousands of partitions and each connection fetches them.
    for (const { partitionMetadata } of known)
      for (const one of partitionMetadata) one.partitionErrorCode = 0;
    return response.parse({ ...data, topicMetadata: known });
  };
  return { request, response: { ...response, parse } };
};

/* Error codes of newer brokers that kafkajs does not know. */
const NEWER_CODES = [
  {
    type: 'PRODUCER_FENCED',
    code: 90,
    retriable: false,
    message: 'A newer producer with the same transactional id fenced this one',
  },
  { type: 'UNKNOWN_TOPIC_ID', code: 100, retriable: true, message: 'No topic has this id' },
  { type: 'INCONSISTENT_TOPIC_ID', code: 103, retriable: true, message: 'The topic has another id' },
];
for (const one of NEWER_CODES) if (!errorCodes.some(({ code }) => code === one.code)) errorCodes.push(one);

/** kafkajs retries only briefly; kafka.ts has its own retry loop. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 500, factor: 0.2, multiplier: 2, retries: 5 };

function saslOptions(sasl: SaslSettings): object {
  if (sasl.mechanism !== 'aws-msk-iam') return sasl;
  return { mechanism: 'oauthbearer', oauthBearerProvider: () => mskToken(sasl.region) };
}

const tlsOptions = ({ ca, cert, key, passphrase, serverName }: NonNullable<KafkaSettings['tls']>) => ({
  ...(ca === undefined ? {} : { ca: [ca] }),
  ...(cert === undefined ? {} : { cert, key, passphrase }),
  ...(serverName === undefined ? {} : { servername: serverName }),
});

/** Options shared by kafkajs's cluster and its public client. */
export function clientOptions(settings: KafkaSettings) {
  return {
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    ssl: settings.tls && tlsOptions(settings.tls),
    sasl: settings.sasl && (saslOptions(settings.sasl) as never),
    connectionTimeout: settings.connectTimeoutMs,
    authenticationTimeout: settings.requestTimeoutMs,
    reauthenticationThreshold: 10_000,
    requestTimeout: settings.requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: RETRY,
  };
}

export function clusterOptions(settings: KafkaSettings): object {
  return {
    ...clientOptions(settings),
    logger: createLogger({ level: 0, logCreator: () => () => {} }),
    socketFactory: socketFactory(),
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    maxInFlightRequests: null,
  };
}

/** kafkajs's cluster client without retries. */
export type ClusterClient = Cluster;
export const openCluster = (settings: KafkaSettings): ClusterClient =>
  new Cluster({ ...clusterOptions(settings), retry: { retries: 0 } });
