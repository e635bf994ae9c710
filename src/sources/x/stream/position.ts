import type { Millis } from '../../../core/util/time.ts';
import { monthOf } from '../../shared/poll/periods.ts';
import { formatResumeTime, parseResumeTime } from '../../shared/socket/gap-tracker.ts';
import type { SourceContext } from '../../source.ts';
import { countAt, type PostCount } from './monthly-quota.ts';

/** Stored with each topic: when X was last seen, and the posts delivered this month. */
export interface StreamPosition extends PostCount {
  readonly lastSeen: Millis | undefined;
}

export const positionName = (topic: string): string => `x/${topic}`;

export const formatPosition = ({ lastSeen, month, posts }: StreamPosition): string =>
  JSON.stringify({ heard: formatResumeTime(lastSeen), month, posts });

/** An invalid position counts as none. At worst the count restarts and a gap goes unmarked. */
export function parsePosition(text: string | undefined, now: Millis): StreamPosition {
  const none = { lastSeen: undefined, month: monthOf(now), posts: 0 };
  if (text === undefined) return none;
  try {
    const { heard, month, posts } = JSON.parse(text) as Record<string, unknown>;
    const isCount = typeof month === 'string' && Number.isSafeInteger(posts);
    return {
      lastSeen: parseResumeTime(heard),
      ...(isCount ? { month, posts: posts as number } : { month: none.month, posts: 0 }),
    };
  } catch {
    return none;
  }
}

export const formatSet = (names: Iterable<string>): string => JSON.stringify([...names].sort());

/** An invalid set counts as empty. */
export function parseSet(text: string | undefined): ReadonlySet<string> {
  try {
    const names: unknown = JSON.parse(text ?? '[]');
    return new Set(Array.isArray(names) ? names.filter((one): one is string => typeof one === 'string') : []);
  } catch {
    return new Set();
  }
}

/** The set of topics with a stored position. X bills for the posts of all of them. */
export const TOPICS_POSITION = 'x-topics';

/** Always includes `tweets`: its position may be older than this set. */
export const topicsIn = (text: string | undefined): ReadonlySet<string> =>
  new Set(['tweets', ...parseSet(text)]);

/** Posts delivered this month to these topics. */
export async function countOf(
  topics: Iterable<string>,
  { position, now }: Pick<SourceContext, 'position' | 'now'>,
): Promise<PostCount> {
  const time = now();
  let posts = 0;
  for (const topic of topics)
    posts += countAt(parsePosition(await position(positionName(topic)), time), time).posts;
  return { month: monthOf(time), posts };
}
