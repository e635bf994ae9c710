import type { Millis } from '../../../core/util/time.ts';

/** What went wrong; `service`: a valid response that reports an error. */
export type HttpErrorKind = 'network' | 'time-out' | 'too large' | 'not JSON' | 'status' | 'service';

/** A transient error: a retry may succeed. The message contains no secret and no address. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  constructor(
    readonly kind: HttpErrorKind,
    message: string,
    /** The minimum delay that the service requested. */
    readonly waitMs: Millis = 0,
    /** Of the HTTP response, if there was one and its status matters. */
    readonly status?: number,
  ) {
    super(message);
  }
  /** No response at all. */
  get isUnreached(): boolean {
    return this.kind === 'network' || this.kind === 'time-out';
  }
}
