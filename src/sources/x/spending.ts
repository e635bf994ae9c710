import { groupDigits } from '../../core/numbers.ts';
import type { Millis } from '../../core/time.ts';
import { monthOf, nextMonth } from '../periods.ts';
import type { Mark } from './mark.ts';

const WARN_AT = 0.8;

/** Counts the posts that X has handed over in the UTC month: it bills by them. */
export interface Spending {
  /** Counts one post; false when it is one more than the month may have. */
  post(at: Millis): boolean;
  /** Nothing more may be asked for until this time; undefined while something may. */
  blockedUntil(now: Millis): Millis | undefined;
  /** The month and count for the mark. */
  counted(now: Millis): Pick<Mark, 'month' | 'posts'>;
  /** `posts 1,234 of 10,000 this month`. */
  note(now: Millis): string;
}

/** `most` posts a month, 0: no limit. `warn` is told once a month when 80 % are used. */
export function spending(most: number, before: Mark, warn: (message: string) => void): Spending {
  let { month, posts } = before;
  const turn = (now: Millis): void => {
    const current = monthOf(now);
    // Only forward: a clock that is set back must not give the month's posts a second time.
    if (current > month) [month, posts] = [current, 0];
  };
  return {
    post(at) {
      turn(at);
      const isOver = most > 0 && posts >= most;
      posts++;
      if (most > 0 && posts === Math.ceil(most * WARN_AT))
        warn(
          `${groupDigits(posts)} of ${groupDigits(most)} posts of this month are used (--max-posts); at the last one X is not read until ${monthOf(nextMonth(at))}-01`,
        );
      return !isOver;
    },
    blockedUntil(now) {
      turn(now);
      return most > 0 && posts >= most ? nextMonth(now) : undefined;
    },
    counted(now) {
      turn(now);
      return { month, posts };
    },
    note(now) {
      turn(now);
      return `posts ${groupDigits(posts)}${most > 0 ? ` of ${groupDigits(most)}` : ''} this month`;
    },
  };
}
