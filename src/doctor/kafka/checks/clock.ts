import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { formatSpan, type Millis, SECOND } from '../../../core/util/time.ts';

/** The broker's append time, and the local time before and after the append. */
export interface BrokerClock {
  readonly broker: number;
  readonly time: Millis;
  readonly before: Millis;
  readonly after: Millis;
}

const WARN_MS: Millis = SECOND;
const ERROR_MS: Millis = 30 * SECOND;

/** Minimum offset of the broker's clock from the local one, negative if behind; 0 if they may agree. */
const aheadBy = ({ time, before, after }: BrokerClock): Millis =>
  time > after ? time - after : time < before ? time - before : 0;

/** Windows close by the local clock; retention and transaction timeouts use the brokers' clocks. */
export function checkClock(seen: BrokerClock): Check {
  const what = `clock of broker ${seen.broker}`;
  const ahead = aheadBy(seen);
  const size = Math.abs(ahead);
  const detail =
    size === 0
      ? `agrees with the local clock within ${formatSpan(Math.max(1, seen.after - seen.before))}`
      : `${formatSpan(size)} ${ahead > 0 ? 'ahead of' : 'behind'} the local clock`;
  if (size <= WARN_MS) return ok(what, detail);
  const hint = 'sudo timedatectl set-ntp true   # on the machine whose clock is wrong';
  return size > ERROR_MS ? fail(what, detail, hint) : warn(what, detail, hint);
}
