import { formatTime, type Millis, readTime } from '../../core/time.ts';
import { monthOf } from '../periods.ts';

/** What is kept with the log: when X was last heard, and what it has handed over in a month. */
export interface Mark {
  readonly heard: Millis | undefined;
  /** `2026-03`, in UTC: X counts posts by the month. */
  readonly month: string;
  readonly posts: number;
}

export const markName = (topic: string): string => `x/${topic}`;

export const writeMark = ({ heard, month, posts }: Mark): string =>
  JSON.stringify({ heard: heard === undefined ? null : formatTime(heard), month, posts });

/** A mark that cannot be read counts as none: the worst of it is a count that begins anew and a gap without a marker. */
export function readMark(text: string | undefined, now: Millis): Mark {
  const none = { heard: undefined, month: monthOf(now), posts: 0 };
  if (text === undefined) return none;
  try {
    const { heard, month, posts } = JSON.parse(text) as Record<string, unknown>;
    const time = typeof heard === 'string' ? readTime(heard) : Number.NaN;
    const isCount = typeof month === 'string' && Number.isSafeInteger(posts);
    return {
      heard: Number.isNaN(time) ? undefined : time,
      ...(isCount ? { month, posts: posts as number } : { month: none.month, posts: 0 }),
    };
  } catch {
    return none;
  }
}
