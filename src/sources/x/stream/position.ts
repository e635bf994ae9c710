import { formatTime, type Millis, readTime } from '../../../core/util/time.ts';
import { monthOf } from '../../shared/poll/periods.ts';
import type { SourceContext } from '../../source.ts';
import { type Count, countAt } from './monthly-quota.ts';

/** What is kept with the log for each topic: when X was last heard, and what it has handed over in a month. */
export interface StreamPosition extends Count {
  readonly heard: Millis | undefined;
}

export const markName = (topic: string): string => `x/${topic}`;

export const writeMark = ({ heard, month, posts }: StreamPosition): string =>
  JSON.stringify({ heard: heard === undefined ? null : formatTime(heard), month, posts });

/** A mark that cannot be read counts as none: the worst of it is a count that begins anew and a gap without a marker. */
export function readMark(text: string | undefined, now: Millis): StreamPosition {
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

export const writeSet = (names: Iterable<string>): string => JSON.stringify([...names].sort());

/** What cannot be read counts as empty. */
export function readSet(text: string | undefined): ReadonlySet<string> {
  try {
    const names: unknown = JSON.parse(text ?? '[]');
    return new Set(Array.isArray(names) ? names.filter((one): one is string => typeof one === 'string') : []);
  } catch {
    return new Set();
  }
}

/** A set of the topics that have marks: X bills for the posts of all of them. */
export const TOPICS_MARK = 'x-topics';

/** The topic of marks that are older than this set is among them. */
export const topicsIn = (text: string | undefined): ReadonlySet<string> =>
  new Set(['tweets', ...readSet(text)]);

/** What X has handed over in this month for these topics. */
export async function countOf(
  topics: Iterable<string>,
  { position, now }: Pick<SourceContext, 'position' | 'now'>,
): Promise<Count> {
  const time = now();
  let posts = 0;
  for (const topic of topics) posts += countAt(readMark(await position(markName(topic)), time), time).posts;
  return { month: monthOf(time), posts };
}
