import { isObject } from '../../../core/util/json.ts';
import type { Millis } from '../../../core/util/time.ts';

/** What X says when it refuses or ends something: the fields of its problem objects that matter here. */
export interface Said {
  readonly title?: string;
  readonly detail?: string;
  /** The last part of the type's address: X uses two hosts and two forms of it. */
  readonly type?: string;
  readonly reason?: string;
  readonly connectionIssue?: string;
  readonly disconnectType?: string;
}

/** X did not do what it was asked, or ended a stream. */
export class XApiError extends Error {
  override readonly name = 'Trouble';
  constructor(
    /** For people, without any secret. */
    message: string,
    /** The HTTP status; undefined when no answer came, or for an error inside a stream. */
    readonly status: number | undefined,
    readonly said: Said = {},
    /** How long X asks to wait, by its reset header or Retry-After. */
    readonly askedMs: Millis | undefined = undefined,
  ) {
    super(message);
  }
}

type Json = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The problem object of an answer: the body itself, or the first of its `errors`. */
function problemIn(body: unknown): Json | undefined {
  if (!isObject(body)) return undefined;
  const [first] = Array.isArray(body.errors) ? (body.errors as unknown[]) : [];
  return text(body.title) === undefined && isObject(first) ? first : body;
}

export function readSaid(body: unknown): Said {
  const problem = problemIn(body) ?? {};
  const fields = {
    title: text(problem.title),
    detail: text(problem.detail) ?? text(problem.message),
    type: text(problem.type)?.split(/[/#]/).at(-1),
    reason: text(problem.reason),
    connectionIssue: text(problem.connection_issue),
    disconnectType: text(problem.disconnect_type),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** One sentence of what an answer says. `body` may be anything: X's JSON, or the HTML of something in between. */
export function words(body: unknown): string {
  const { title, detail, connectionIssue, reason } = readSaid(body);
  const said = [...new Set([title, connectionIssue ?? reason, detail])].filter((part) => part !== undefined);
  // A request that is refused for its parameters says which in `errors`.
  const errors = isObject(body) && Array.isArray(body.errors) ? (body.errors as unknown[]) : [];
  const more = errors.map((error) => (isObject(error) ? text(error.message) : undefined));
  const all = [...said, ...more.filter((part) => part !== undefined && !said.includes(part))];
  if (all.length > 0) return all.join(': ').slice(0, 500);
  if (typeof body === 'string' && body.trim() !== '')
    return /^\s*</.test(body) ? 'an HTML page' : body.trim().slice(0, 120);
  return 'without a word';
}
