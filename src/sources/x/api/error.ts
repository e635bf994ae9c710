import { isObject } from '../../../core/util/json.ts';
import type { Millis } from '../../../core/util/time.ts';

/** The relevant fields of X's problem objects. */
export interface ErrorFields {
  readonly title?: string;
  readonly detail?: string;
  /** The last part of the type's address: X uses two hosts and two forms of it. */
  readonly type?: string;
  readonly reason?: string;
  readonly connectionIssue?: string;
  readonly disconnectType?: string;
}

/** A failed request, or the end of a stream. */
export class XApiError extends Error {
  override readonly name = 'XApiError';
  constructor(
    /** Shown to the user; holds no secret. */
    message: string,
    /** The HTTP status; undefined without a response, or for an error inside a stream. */
    readonly status: number | undefined,
    readonly fields: ErrorFields = {},
    /** The wait that X requests in its reset header or Retry-After. */
    readonly requestedWaitMs: Millis | undefined = undefined,
  ) {
    super(message);
  }
}

type Json = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The problem object of a response: the body itself, or the first of its `errors`. */
function errorObjectIn(body: unknown): Json | undefined {
  if (!isObject(body)) return undefined;
  const [first] = Array.isArray(body.errors) ? (body.errors as unknown[]) : [];
  return text(body.title) === undefined && isObject(first) ? first : body;
}

export function readErrorFields(body: unknown): ErrorFields {
  const object = errorObjectIn(body) ?? {};
  const fields = {
    title: text(object.title),
    detail: text(object.detail) ?? text(object.message),
    type: text(object.type)?.split(/[/#]/).at(-1),
    reason: text(object.reason),
    connectionIssue: text(object.connection_issue),
    disconnectType: text(object.disconnect_type),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Summarizes a response in one sentence. `body` may be X's JSON or the HTML of a proxy. */
export function describeBody(body: unknown): string {
  const { title, detail, connectionIssue, reason } = readErrorFields(body);
  const parts = [...new Set([title, connectionIssue ?? reason, detail])].filter((part) => part !== undefined);
  // A request refused for its parameters lists them in `errors`.
  const errors = isObject(body) && Array.isArray(body.errors) ? (body.errors as unknown[]) : [];
  const more = errors.map((error) => (isObject(error) ? text(error.message) : undefined));
  const all = [...parts, ...more.filter((part) => part !== undefined && !parts.includes(part))];
  if (all.length > 0) return all.join(': ').slice(0, 500);
  if (typeof body === 'string' && body.trim() !== '')
    return /^\s*</.test(body) ? 'an HTML page' : body.trim().slice(0, 120);
  return 'no details';
}
