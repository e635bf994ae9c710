import { DAY, type Millis } from '../../../core/util/time.ts';

/** Header values by lower-case name. */
export type HttpHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The longest wait that a service may request. */
export const LONGEST_WAIT_MS: Millis = DAY;

export const oneHeader = (headers: HttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** The time in header Date, in whole seconds; undefined without a valid one. */
export function readDate(headers: HttpHeaders): Millis | undefined {
  const time = Date.parse(oneHeader(headers, 'date') ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** The wait that header Retry-After requests: seconds, or an HTTP date (RFC 9110, 10.2.3). 0 without one. */
export function readRetryAfter(headers: HttpHeaders, now: Millis, longest = LONGEST_WAIT_MS): Millis {
  const text = oneHeader(headers, 'retry-after')?.trim() ?? '';
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return wait > 0 ? Math.min(wait, longest) : 0;
}
