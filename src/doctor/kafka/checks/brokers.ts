import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { counted } from '../../../core/text/numbers.ts';
import { DAY, formatSpan, MINUTE } from '../../../core/util/time.ts';
import type { KafkaSettings } from '../../../log/kafka/settings/settings.ts';
import type { Configs } from '../../../log/kafka/topic-configs.ts';
import { type HintCommands, optionHint } from '../hints.ts';

const MANY = 3;

/** Kafka's defaults, for settings that a broker does not report. */
const USUAL: Configs = {
  'default.replication.factor': '1',
  'group.min.session.timeout.ms': '6000',
  'group.max.session.timeout.ms': '1800000',
  'transaction.max.timeout.ms': '900000',
  'offsets.retention.minutes': '10080',
  'message.max.bytes': '1048588',
};

/** Compares broker limits with the pipeline's settings. `configs` is undefined when this user may not read them. */
export function checkBrokerSettings(
  configs: Configs | undefined,
  brokers: number,
  settings: KafkaSettings,
  { allow }: HintCommands,
): Check[] {
  const what = 'broker settings';
  if (configs === undefined)
    return [warn(what, 'this user may not read them', allow('--operation DescribeConfigs --cluster'))];
  const number = (name: string): number => Number(configs[name] ?? USUAL[name]);
  const checks: Check[] = [];
  const add = (create: typeof warn, detail: string, hint: string) => checks.push(create(what, detail, hint));

  const replicas = settings.replication ?? number('default.replication.factor');
  const origin =
    settings.replication === undefined ? 'default.replication.factor' : '--kafka-option replication';
  const best = Math.min(MANY, brokers);
  if (replicas > brokers)
    add(
      fail,
      `new topics need ${counted(replicas, 'replica')} (${origin}), but the cluster has ${counted(brokers, 'broker')}`,
      `Start the missing brokers. If there are no more: ${optionHint(`replication=${best}`)}`,
    );
  else if (replicas === 1 && brokers >= MANY)
    add(
      warn,
      `new topics get 1 replica (${origin}) on ${brokers} brokers`,
      optionHint(`replication=${best}`),
    );

  const session = settings.sessionTimeoutMs;
  const [least, most] = [number('group.min.session.timeout.ms'), number('group.max.session.timeout.ms')];
  if (session < least || session > most)
    add(
      fail,
      `session-timeout ${formatSpan(session)} is not between ${formatSpan(least)} and ${formatSpan(most)}: no process can join a group`,
      optionHint(`session-timeout=${formatSpan(session < least ? least : most)}`),
    );

  const longest = number('transaction.max.timeout.ms');
  if (settings.transactionTimeoutMs > longest)
    add(
      fail,
      `transaction-timeout ${formatSpan(settings.transactionTimeoutMs)} exceeds ${formatSpan(longest)} (transaction.max.timeout.ms): no transaction can begin`,
      optionHint(`transaction-timeout=${formatSpan(longest)}`),
    );

  const largest = number('message.max.bytes');
  if (settings.batchBytes > largest)
    add(
      warn,
      `batch-bytes ${settings.batchBytes} exceeds ${largest} (message.max.bytes): brokers refuse batches that compression does not shrink enough`,
      optionHint(`batch-bytes=${largest}`),
    );

  const remembered = number('offsets.retention.minutes') * MINUTE;
  if (remembered < DAY)
    add(
      warn,
      `brokers drop the offsets of a stopped pipeline after ${formatSpan(remembered)}: it would then read everything again`,
      "Set offsets.retention.minutes=10080 in the brokers' server.properties.",
    );
  if (checks.length > 0) return checks;
  return [
    ok(
      what,
      `new topics get ${counted(replicas, 'replica')}; session, transaction and batch settings are within the brokers' limits`,
    ),
  ];
}
