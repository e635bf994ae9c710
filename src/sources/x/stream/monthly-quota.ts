import { groupDigits } from '../../../core/text/numbers.ts';
import { DAY, type Millis } from '../../../core/util/time.ts';
import { monthOf, nextMonth } from '../../shared/poll/periods.ts';

const WARN_AT = 0.8;

/** Posts delivered in one month; X bills by them. */
export interface PostCount {
  /** `2026-03`, in UTC. */
  readonly month: string;
  readonly posts: number;
}

/**
 * The count as of `now`. Setting the clock back across the end of a month must not grant the month's posts twice. A count
 * for a month further ahead came from a clock that was fast, and becomes this month's.
 */
export function countAt(count: PostCount, now: Millis): PostCount {
  const current = monthOf(now);
  if (current === count.month) return count;
  if (current > count.month) return { month: current, posts: 0 };
  return monthOf(now + DAY) < count.month ? { ...count, month: current } : count;
}

/** Counts the month's posts against a limit. */
export interface MonthlyQuota {
  /** Counts one post. */
  post(at: Millis): void;
  /** When reading may resume; undefined while posts are left. */
  blockedUntil(now: Millis): Millis | undefined;
  /** For the stored position: excludes the posts of other topics. */
  counted(now: Millis): PostCount;
  /** `posts 1,234 of 10,000 this month`. */
  note(now: Millis): string;
}

/**
 * Allows `limit` posts a month, 0: unlimited. `before`: posts already in this topic, `elsewhere`: in other topics of the
 * same log. Warns once a month when 80 % are used.
 */
export function monthlyQuota(
  limit: number,
  before: PostCount,
  elsewhere: PostCount,
  warn: (message: string) => void,
): MonthlyQuota {
  let own = before;
  let others = elsewhere;
  const total = (now: Millis): number => {
    own = countAt(own, now);
    others = countAt(others, now);
    return own.posts + others.posts;
  };
  return {
    post(at) {
      const posts = total(at) + 1;
      own = { ...own, posts: own.posts + 1 };
      if (limit > 0 && posts === Math.ceil(limit * WARN_AT))
        warn(
          `${groupDigits(posts)} of ${groupDigits(limit)} of this month's posts are used (--max-posts); at the limit, reading from X pauses until ${monthOf(nextMonth(at))}-01`,
        );
    },
    blockedUntil: (now) => (limit > 0 && total(now) >= limit ? nextMonth(now) : undefined),
    counted(now) {
      own = countAt(own, now);
      return own;
    },
    note: (now) =>
      `posts ${groupDigits(total(now))}${limit > 0 ? ` of ${groupDigits(limit)}` : ''} this month`,
  };
}
