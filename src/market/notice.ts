import { asObject } from './tweet-fields.ts';

/** The messages of the v1.1 streams that are no posts, by their only key (APIS.md section 5). */
const V1_NOTICES = [
  'delete',
  'limit',
  'scrub_geo',
  'status_withheld',
  'user_withheld',
  'warning',
  'disconnect',
  'friends',
  'friends_str',
  'event',
  'control',
] as const;

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/**
 * What kind of message a stream's line is when it is no post: one of the v1.1 notices, `errors` for X's in-stream
 * errors and problem objects. Undefined for a post, and for what is neither (`readTweet` refuses that).
 */
export function noticeKind(value: unknown): string | undefined {
  const line = asObject(value);
  if (line === undefined || isGiven(line.id_str) || isGiven(line.id)) return undefined;
  if (isGiven(line.data)) return compliance(line.data);
  const notice = V1_NOTICES.find((name) => isGiven(line[name]));
  if (notice !== undefined) return notice;
  const isProblem = typeof line.title === 'string' && typeof line.type === 'string';
  return Array.isArray(line.errors) || isProblem ? 'errors' : undefined;
}

/** v2's compliance messages come inside `data`: `{"data":{"delete":{"tweet":{...}}}}`. */
function compliance(value: unknown): string | undefined {
  const data = asObject(value);
  if (data === undefined || data.id !== undefined) return undefined;
  return ['delete', 'scrub_geo', 'withheld'].find((name) => asObject(data[name]) !== undefined);
}
