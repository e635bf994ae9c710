import type { Millis } from '../../../core/util/time.ts';

/** What went wrong; `service`: it said so itself, in a good answer. */
export type HttpErrorKind = 'network' | 'time-out' | 'too large' | 'not JSON' | 'status' | 'service';

/** An error that may pass: another try may get an answer. Its message holds no secret and no address. */
export class HttpError extends Error {
  override readonly name = 'Trouble';
  constructor(
    readonly kind: HttpErrorKind,
    message: string,
    /** The least wait before the next try, when the service named one. */
    readonly waitMs: Millis = 0,
  ) {
    super(message);
  }
  /** Nothing came back at all. */
  get isUnreached(): boolean {
    return this.kind === 'network' || this.kind === 'time-out';
  }
}
