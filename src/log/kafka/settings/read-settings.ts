import { formatSpan } from '../../../core/util/time.ts';
import { type ParsedKafkaSettings, parseKafkaSettings, type RawKafkaSettings } from './parse-settings.ts';
import { readSasl, readTls } from './read-security.ts';
import type { KafkaSettings } from './settings.ts';

export type KafkaSettingsResult =
  | { readonly settings: KafkaSettings; readonly problems: readonly [] }
  /** Every problem, one line each with its hint; no line contains a secret. */
  | { readonly settings: undefined; readonly problems: readonly string[] };

function checkHeartbeat({ values, has, wrong, report }: ParsedKafkaSettings): void {
  const { heartbeat, 'session-timeout': session } = values;
  if (wrong('heartbeat') || wrong('session-timeout') || heartbeat * 3 < session) return;
  report(
    has('heartbeat') ? 'heartbeat' : 'session-timeout',
    `a heartbeat of ${formatSpan(heartbeat)} must be below a third of session-timeout ${formatSpan(session)}: a late heartbeat would look like a dead process`,
  );
}

/** All Kafka settings, or all problems with them. */
export function readKafkaSettings(given: RawKafkaSettings): KafkaSettingsResult {
  const reading = parseKafkaSettings(given);
  const { values, problems } = reading;
  checkHeartbeat(reading);
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
  return problems.length > 0 ? { settings: undefined, problems } : { settings, problems: [] };
}
