import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { formatSpan, type Millis, SECOND } from '../../../core/util/time.ts';

/** A broker's time of an append, and ours before and after it. */
export interface SeenClock {
  readonly broker: number;
  readonly time: Millis;
  readonly before: Millis;
  readonly after: Millis;
}

const WARN_MS: Millis = SECOND;
const BAD_MS: Millis = 30 * SECOND;

/** How far the broker's clock is ahead of ours at least, negative behind; 0 when they may well be the same. */
const aheadBy = ({ time, before, after }: SeenClock): Millis =>
  time > after ? time - after : time < before ? time - before : 0;

/** Windows close by this machine's clock, retention and transactions end by the brokers'. */
export function judgeClock(seen: SeenClock): Check {
  const what = `clock of broker ${seen.broker}`;
  const ahead = aheadBy(seen);
  const size = Math.abs(ahead);
  const detail =
    size === 0
      ? `as ours, within ${formatSpan(Math.max(1, seen.after - seen.before))}`
      : `${formatSpan(size)} ${ahead > 0 ? 'ahead of' : 'behind'} ours`;
  if (size <= WARN_MS) return ok(what, detail);
  const remedy = 'sudo timedatectl set-ntp true   # on the machine whose clock is wrong';
  return size > BAD_MS ? fail(what, detail, remedy) : warn(what, detail, remedy);
}
