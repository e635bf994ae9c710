import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { counted } from '../../../core/text/numbers.ts';
import { formatSpan, MINUTE, type Millis } from '../../../core/util/time.ts';
import { listNames } from '../failed-check.ts';
import { type HintCommands, quoteForShell } from '../hints.ts';
import type { OpenTransaction } from '../observed.ts';

export interface TransactionLimits {
  readonly now: Millis;
  /** Brokers abort the pipeline's transactions after this long. */
  readonly pipelineTimeoutMs: Millis;
  /** Brokers abort any transaction after this long (transaction.max.timeout.ms); an older one hangs forever. */
  readonly maxTimeoutMs: Millis;
}

const partitionName = ({ topic, partition }: OpenTransaction): string => `${topic}/${partition}`;

/** Consumers of committed records wait at the start of an open transaction. */
export function checkOpenTransactions(
  open: readonly OpenTransaction[],
  { now, pipelineTimeoutMs: ours, maxTimeoutMs: anybodys }: TransactionLimits,
  { tool }: HintCommands,
): Check[] {
  const what = 'open transactions';
  const age = ({ lastWrite }: OpenTransaction): Millis => now - (lastWrite ?? now);
  const hanging = open.filter((one) => age(one) > anybodys + MINUTE);
  const long = open.filter((one) => age(one) > ours + MINUTE && !hanging.includes(one));
  const checks = hanging.map((one) =>
    fail(
      what,
      `${partitionName(one)} has a transaction open for ${formatSpan(age(one))} that the broker will not end: consumers are stuck at offset ${one.start}`,
      tool(
        'kafka-transactions',
        `abort --topic ${quoteForShell(one.topic)} --partition ${one.partition} --start-offset ${one.start}`,
      ),
    ),
  );
  if (long.length > 0)
    checks.push(
      warn(
        what,
        `${listNames(long.map(partitionName))}: no writes for ${formatSpan(Math.max(...long.map(age)))}; consumers wait until the broker aborts it`,
        tool(
          'kafka-transactions',
          `describe-producers --topic ${quoteForShell(long[0]!.topic)} --partition ${long[0]!.partition}`,
        ),
      ),
    );
  if (checks.length > 0) return checks;
  const dated = open.filter(({ lastWrite }) => lastWrite !== undefined);
  if (open.length === 0) return [ok(what, 'none')];
  const oldest =
    dated.length > 0 ? `, least recent write ${formatSpan(Math.max(0, ...dated.map(age)))} ago` : '';
  return [ok(what, `${counted(open.length, 'partition')} now${oldest}`)];
}
