import { formatSpan } from '../../../core/util/time.ts';
import { type GivenKafka, type Reading, readTexts } from './reading.ts';
import { readSasl, readTls } from './security.ts';
import type { KafkaSettings } from './settings.ts';

export type ReadKafka =
  | { readonly settings: KafkaSettings; readonly complaints: readonly [] }
  /** All that is wrong, each in one line with what to do; no line holds a secret. */
  | { readonly settings: undefined; readonly complaints: readonly string[] };

function judgeHeartbeat({ values, has, wrong, complain }: Reading): void {
  const { heartbeat, 'session-timeout': session } = values;
  if (wrong('heartbeat') || wrong('session-timeout') || heartbeat * 3 < session) return;
  complain(
    has('heartbeat') ? 'heartbeat' : 'session-timeout',
    `a heartbeat of ${formatSpan(heartbeat)} is not below a third of session-timeout ${formatSpan(session)}; one that is late would look like a dead process`,
  );
}

/** All settings of Kafka, or all that is wrong with them. */
export function readKafkaSettings(given: GivenKafka): ReadKafka {
  const reading = readTexts(given);
  const { values, complaints } = reading;
  judgeHeartbeat(reading);
  const settings: KafkaSettings = {
    brokers: [...new Set(given.brokers)],
    clientId: values['client-id'],
    tls: readTls(reading),
    sasl: readSasl(reading),
    compression: values.compression,
    lingerMs: values.linger,
    batchBytes: values['batch-bytes'],
    fetchBytes: values['fetch-bytes'],
    sessionTimeoutMs: values['session-timeout'],
    heartbeatMs: values.heartbeat,
    rebalanceTimeoutMs: values['rebalance-timeout'],
    transactionTimeoutMs: values['transaction-timeout'],
    metadataMaxAgeMs: values['metadata-max-age'],
    connectTimeoutMs: values['connect-timeout'],
    requestTimeoutMs: values['request-timeout'],
    replication: values.replication,
  };
  return complaints.length > 0 ? { settings: undefined, complaints } : { settings, complaints: [] };
}
