import { groupDigits } from '../../../core/text/numbers.ts';
import type { Millis } from '../../../core/util/time.ts';
import { monthOf, nextMonth } from '../../shared/poll/periods.ts';

const WARN_AT = 0.8;
const DAY: Millis = 86_400_000;

/** Posts that X has handed over in a month: it bills by them. */
export interface Count {
  /** `2026-03`, in UTC. */
  readonly month: string;
  readonly posts: number;
}

/**
 * A count as of now. A clock that is set back over a month's end must not give a month's posts a second time; a count of
 * a month that is further away was made by a clock that was ahead, and goes on as this month's.
 */
export function countAt(count: Count, now: Millis): Count {
  const current = monthOf(now);
  if (current === count.month) return count;
  if (current > count.month) return { month: current, posts: 0 };
  return monthOf(now + DAY) < count.month ? { ...count, month: current } : count;
}

/** Counts the posts of the month and knows when they are used up. */
export interface MonthlyQuota {
  /** Counts one post. */
  post(at: Millis): void;
  /** Nothing more may be asked for until this time; undefined while something may. */
  blockedUntil(now: Millis): Millis | undefined;
  /** For the mark: without the posts of other topics. */
  counted(now: Millis): Count;
  /** `posts 1,234 of 10,000 this month`. */
  note(now: Millis): string;
}

/**
 * `most` posts a month, 0: no limit. `before`: what went to this topic already, `elsewhere`: to others of the same bus.
 * `warn` is told once a month when 80 % are used.
 */
export function monthlyQuota(
  most: number,
  before: Count,
  elsewhere: Count,
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
      if (most > 0 && posts === Math.ceil(most * WARN_AT))
        warn(
          `${groupDigits(posts)} of ${groupDigits(most)} posts of this month are used (--max-posts); at the last one X is not read until ${monthOf(nextMonth(at))}-01`,
        );
    },
    blockedUntil: (now) => (most > 0 && total(now) >= most ? nextMonth(now) : undefined),
    counted(now) {
      own = countAt(own, now);
      return own;
    },
    note: (now) => `posts ${groupDigits(total(now))}${most > 0 ? ` of ${groupDigits(most)}` : ''} this month`,
  };
}
