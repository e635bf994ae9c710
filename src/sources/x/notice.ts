import { noticeKind } from '../../market/notice.ts';

type Json = Readonly<Record<string, unknown>>;

/** A line that is no post. */
export interface Notice {
  readonly kind: string;
  /** The post that it is about, for a notice that travels: sinks must act on what it says. */
  readonly about: string | undefined;
}

const object = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null ? (value as Json) : undefined;

const id = (value: unknown): string | undefined => {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^\d{1,20}$/.test(text) ? text : undefined;
};

/** v2's and v1.1's names; `post` is the newer spelling of `tweet`. */
const TRAVEL = ['delete', 'tweet_edit', 'post_edit', 'withheld', 'status_withheld', 'scrub_geo'];

/** The id of the post inside a notice: `{tweet: {id}}`, `{post: {id}}`, `{status: {id_str}}`, or beside its other fields. */
function postIn(content: Json): string | undefined {
  for (const holder of [content.tweet, content.post, content.status, content]) {
    const found = object(holder);
    const about = id(found?.id_str) ?? id(found?.id);
    if (about !== undefined) return about;
  }
  const upTo = ['up_to_status_id_str', 'up_to_tweet_id', 'up_to_post_id', 'up_to_status_id'];
  return upTo.map((name) => id(content[name])).find((found) => found !== undefined);
}

/** Undefined for a post, and for what is neither. */
export function readNotice(line: Json): Notice | undefined {
  const inner = object(line.data) ?? line;
  const edit = TRAVEL.find((name) => name.endsWith('_edit') && object(inner[name]) !== undefined);
  const kind = edit ?? noticeKind(line);
  if (kind === undefined) return undefined;
  const content = object(inner[kind]);
  const about = TRAVEL.includes(kind) && content !== undefined ? postIn(content) : undefined;
  return { kind, about };
}
