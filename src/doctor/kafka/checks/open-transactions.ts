import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { counted } from '../../../core/text/numbers.ts';
import { formatSpan, MINUTE, type Millis } from '../../../core/util/time.ts';
import { names } from '../finding.ts';
import { quote, type Remedies } from '../hints.ts';
import type { OpenTransaction } from '../observed.ts';

export interface Patience {
  readonly now: Millis;
  /** After this long the broker ends a transaction of ours. */
  readonly ours: Millis;
  /** After this long it ends anybody's (transaction.max.timeout.ms); one that is older hangs for good. */
  readonly anybodys: Millis;
}

const place = ({ topic, partition }: OpenTransaction): string => `${topic}/${partition}`;

/** Whoever reads committed records waits at an open transaction. */
export function judgeOpen(
  open: readonly OpenTransaction[],
  { now, ours, anybodys }: Patience,
  { tool }: Remedies,
): Check[] {
  const what = 'open transactions';
  const age = ({ lastWrite }: OpenTransaction): Millis => now - (lastWrite ?? now);
  const hanging = open.filter((one) => age(one) > anybodys + MINUTE);
  const long = open.filter((one) => age(one) > ours + MINUTE && !hanging.includes(one));
  const findings = hanging.map((one) =>
    fail(
      what,
      `${place(one)} has had one for ${formatSpan(age(one))}, which nobody will end: readers stand still at offset ${one.start}`,
      tool(
        'kafka-transactions',
        `abort --topic ${quote(one.topic)} --partition ${one.partition} --start-offset ${one.start}`,
      ),
    ),
  );
  if (long.length > 0)
    findings.push(
      warn(
        what,
        `${names(long.map(place))}: nothing written for ${formatSpan(Math.max(...long.map(age)))}; readers wait until the broker ends it`,
        tool(
          'kafka-transactions',
          `describe-producers --topic ${quote(long[0]!.topic)} --partition ${long[0]!.partition}`,
        ),
      ),
    );
  if (findings.length > 0) return findings;
  const told = open.filter(({ lastWrite }) => lastWrite !== undefined);
  if (open.length === 0) return [ok(what, 'none')];
  const oldest =
    told.length > 0 ? `, the oldest last written to ${formatSpan(Math.max(0, ...told.map(age)))} ago` : '';
  return [ok(what, `${counted(open.length, 'partition')} at this moment${oldest}`)];
}
