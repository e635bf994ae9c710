import type { Dispatcher } from 'undici';
import type { Millis } from '../../../core/util/time.ts';
import { type HttpHeaders, readRetryAfter } from '../http/headers.ts';
import { HttpError } from '../http/http-error.ts';

/** Longer responses to a refused upgrade are cut: an error page tells nothing after this. */
const LONGEST_TEXT = 4096;

/** The service answered the request for a WebSocket with an ordinary HTTP response. */
export class UpgradeRefused extends HttpError {
  /** The start of the response's body, which may be JSON, text or HTML, or cut short. */
  text = '';
  constructor(
    override readonly status: number,
    waitMs: Millis,
  ) {
    super('status', `HTTP ${status} instead of a WebSocket`, waitMs, status);
  }
}

/**
 * Remembers the response to a WebSocket's upgrade request, which undici's WebSocket hides. `refused` returns it once the
 * socket has failed; undefined when there was none.
 */
export function watchUpgrade(
  pool: Dispatcher,
  now: () => Millis,
): { readonly dispatcher: Dispatcher; readonly refused: () => UpgradeRefused | undefined } {
  let refused: UpgradeRefused | undefined;
  const dispatcher = pool.compose((dispatch) => (options, handler) => {
    const watching: Dispatcher.DispatchHandler = {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onRequestUpgrade: (controller, status, headers, socket) =>
        handler.onRequestUpgrade?.(controller, status, headers, socket),
      onResponseStart(controller, status, headers, message) {
        refused = new UpgradeRefused(status, readRetryAfter(headers as HttpHeaders, now()));
        handler.onResponseStart?.(controller, status, headers, message);
      },
      onResponseData(controller, chunk) {
        if (refused !== undefined) refused.text = `${refused.text}${chunk}`.slice(0, LONGEST_TEXT);
        handler.onResponseData?.(controller, chunk);
      },
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
    };
    return dispatch(options, watching);
  });
  return { dispatcher, refused: () => refused };
}
