import { type ErrorCode, UserError } from '../../../core/errors.ts';
import type { Cause } from '../stream/reconnect-waits.ts';
import type { XApiError } from './error.ts';

/** How to react to an error: stop for good, or retry. */
export type ErrorAction =
  | { readonly act: 'stop'; readonly error: UserError }
  | {
      readonly act: 'wait';
      readonly cause: Cause;
      /** As shown in a gap marker. */
      readonly reason: string;
      /** What the user can do meanwhile. */
      readonly hint?: string;
      /** X has no usable rule for the stream: repair the rules before retrying. */
      readonly rules?: boolean;
    };

const CONSOLE = 'https://console.x.com';

const stop = (code: ErrorCode, what: string, hint: string, { message }: XApiError): ErrorAction => ({
  act: 'stop',
  error: new UserError(code, `${what} (${message})`, hint),
});

export const KEY_HINT =
  'Set X_BEARER_TOKEN to the bearer token of your app (Keys and tokens in the developer console), or X_CONSUMER_KEY and X_CONSUMER_SECRET, in the environment or a file that --env-from names.';

const isCapped = ({ fields }: XApiError): boolean =>
  fields.title === 'UsageCapExceeded' || fields.type === 'usage-capped';

function byStatus(error: XApiError): ErrorAction | undefined {
  switch (error.status) {
    case 401:
      return stop('usage', 'X rejected the key', KEY_HINT, error);
    case 402:
      return stop(
        'failed',
        'X requires payment',
        `Add credits or a payment method at ${CONSOLE}, then start again.`,
        error,
      );
    case 403:
      return stop(
        'usage',
        'X does not allow this app to read the stream',
        `Check at ${CONSOLE} that the app is in a project and that its plan has the filtered stream (for --sample-stream: an enterprise plan).`,
        error,
      );
    case 407:
      return stop(
        'usage',
        'the proxy requires a user name and password',
        'Put them in HTTPS_PROXY, as NAME:PASSWORD@ before the host.',
        error,
      );
    case 408:
    case 409:
    case 420:
    case 425:
      return undefined;
    case 429:
      return { act: 'wait', cause: 'rate', reason: 'rate limit' };
    default:
      if (error.status === undefined || error.status < 400 || error.status >= 500) return undefined;
      return stop('usage', 'X rejected the request', 'Check --x-url.', error);
  }
}

const RULE_HINT = 'X has no usable rule for the stream; add one with --coin or --rule';

/** Classifies by the names X gives stream errors, sent as a response or as a line of the stream. */
function byName({ fields }: XApiError): ErrorAction | undefined {
  if (fields.connectionIssue === 'TooManyConnections')
    return {
      act: 'wait',
      cause: 'rate',
      reason: 'too many connections',
      hint: 'another stream of this app is open; stop it, or wait: X needs time to notice a closed stream',
    };
  if (/^Rule/.test(fields.connectionIssue ?? '') || fields.disconnectType === 'InvalidRules')
    return { act: 'wait', cause: 'server', reason: 'rules', hint: RULE_HINT, rules: true };
  if (fields.disconnectType === 'ClientApplicationStateDegraded')
    return { act: 'wait', cause: 'server', reason: 'server error', hint: `check the app at ${CONSOLE}` };
  return undefined;
}

/** Classifies a failed call or the end of a stream. */
export function classifyError(error: XApiError, of: 'call' | 'stream' = 'call'): ErrorAction {
  if (isCapped(error))
    return stop(
      'failed',
      'the monthly posts of your plan are used up',
      `Raise the cap at ${CONSOLE}, or restart in the next period; --max-posts keeps usage below it.`,
      error,
    );
  const found = byName(error) ?? byStatus(error);
  if (found !== undefined) return found;
  if (error.status !== undefined) return { act: 'wait', cause: 'server', reason: 'server error' };
  return of === 'stream'
    ? { act: 'wait', cause: 'drop', reason: 'disconnect' }
    : { act: 'wait', cause: 'network', reason: 'network' };
}
