import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { counted } from '../../../core/text/numbers.ts';
import { DAY, formatSpan, MINUTE } from '../../../core/util/time.ts';
import type { KafkaSettings } from '../../../log/kafka/settings/settings.ts';
import type { Configs } from '../../../log/kafka/topic-configs.ts';
import { option, type Remedies } from '../hints.ts';

const MANY = 3;

/** Kafka's own values where a broker does not tell. */
const USUAL: Configs = {
  'default.replication.factor': '1',
  'group.min.session.timeout.ms': '6000',
  'group.max.session.timeout.ms': '1800000',
  'transaction.max.timeout.ms': '900000',
  'offsets.retention.minutes': '10080',
  'message.max.bytes': '1048588',
};

/** What a broker allows, against what this program asks for. `configs` undefined: this user may not see them. */
export function judgeBrokerSettings(
  configs: Configs | undefined,
  brokers: number,
  settings: KafkaSettings,
  { allow }: Remedies,
): Check[] {
  const what = 'broker settings';
  if (configs === undefined)
    return [warn(what, 'this user may not see them', allow('--operation DescribeConfigs --cluster'))];
  const number = (name: string): number => Number(configs[name] ?? USUAL[name]);
  const findings: Check[] = [];
  const say = (judge: typeof warn, detail: string, remedy: string) =>
    findings.push(judge(what, detail, remedy));

  const copies = settings.replication ?? number('default.replication.factor');
  const whose =
    settings.replication === undefined ? 'default.replication.factor' : '--kafka-option replication';
  const best = Math.min(MANY, brokers);
  if (copies > brokers)
    say(
      fail,
      `new topics want ${counted(copies, 'copy', 'copies')} (${whose}), there ${brokers === 1 ? 'is 1 broker' : `are ${brokers} brokers`}`,
      `Start the brokers that are away. If there are no more: ${option(`replication=${best}`)}`,
    );
  else if (copies === 1 && brokers >= MANY)
    say(warn, `new topics get 1 copy (${whose}) on ${brokers} brokers`, option(`replication=${best}`));

  const session = settings.sessionTimeoutMs;
  const [least, most] = [number('group.min.session.timeout.ms'), number('group.max.session.timeout.ms')];
  if (session < least || session > most)
    say(
      fail,
      `session-timeout ${formatSpan(session)} is not between ${formatSpan(least)} and ${formatSpan(most)}: nobody can join a group`,
      option(`session-timeout=${formatSpan(session < least ? least : most)}`),
    );

  const longest = number('transaction.max.timeout.ms');
  if (settings.transactionTimeoutMs > longest)
    say(
      fail,
      `transaction-timeout ${formatSpan(settings.transactionTimeoutMs)} is over ${formatSpan(longest)} (transaction.max.timeout.ms): no transaction can begin`,
      option(`transaction-timeout=${formatSpan(longest)}`),
    );

  const largest = number('message.max.bytes');
  if (settings.batchBytes > largest)
    say(
      warn,
      `batch-bytes ${settings.batchBytes} is over ${largest} (message.max.bytes): a batch that does not shrink is refused`,
      option(`batch-bytes=${largest}`),
    );

  const remembered = number('offsets.retention.minutes') * MINUTE;
  if (remembered < DAY)
    say(
      warn,
      `positions of a pipeline that stands still are forgotten after ${formatSpan(remembered)}: it would read everything again`,
      "Set offsets.retention.minutes=10080 in the brokers' server.properties.",
    );
  if (findings.length > 0) return findings;
  return [
    ok(
      what,
      `new topics get ${counted(copies, 'copy', 'copies')}; sessions, transactions and batches are within what is allowed`,
    ),
  ];
}
