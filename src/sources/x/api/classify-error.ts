import { type ErrorCode, UserError } from '../../../core/errors.ts';
import type { Cause } from '../stream/backoff.ts';
import type { XApiError } from './error.ts';

/** What to do after trouble: stop for good, or try again. */
export type Verdict =
  | { readonly act: 'stop'; readonly problem: UserError }
  | {
      readonly act: 'wait';
      readonly cause: Cause;
      /** As in a gap marker. */
      readonly reason: string;
      /** What the user can do meanwhile, where that would help. */
      readonly hint?: string;
      /** X has no usable rule for the stream: they are looked at again. */
      readonly rules?: boolean;
    };

const CONSOLE = 'https://console.x.com';

const stop = (code: ErrorCode, what: string, remedy: string, { message }: XApiError): Verdict => ({
  act: 'stop',
  problem: new UserError(code, `${what} (${message})`, remedy),
});

export const KEY_REMEDY =
  'Set X_BEARER_TOKEN to the bearer token of your app (Keys and tokens in the developer console), or X_CONSUMER_KEY and X_CONSUMER_SECRET, in the environment or a file that --env-from names.';

const isCapped = ({ said }: XApiError): boolean =>
  said.title === 'UsageCapExceeded' || said.type === 'usage-capped';

function byStatus(trouble: XApiError): Verdict | undefined {
  switch (trouble.status) {
    case 401:
      return stop('usage', 'X does not accept the key', KEY_REMEDY, trouble);
    case 402:
      return stop(
        'failed',
        'X wants to be paid first',
        `Add credits or a payment method at ${CONSOLE}, then start again.`,
        trouble,
      );
    case 403:
      return stop(
        'usage',
        'X does not allow this app to do that',
        `Check at ${CONSOLE} that the app is in a project and that its plan has the filtered stream (for --sample-stream: an enterprise plan).`,
        trouble,
      );
    case 407:
      return stop(
        'usage',
        'the proxy wants a name and password',
        'Write them into HTTPS_PROXY, as NAME:PASSWORD@ before its host.',
        trouble,
      );
    case 408:
    case 409:
    case 420:
    case 425:
      return undefined;
    case 429:
      return { act: 'wait', cause: 'rate', reason: 'rate limit' };
    default:
      if (trouble.status === undefined || trouble.status < 400 || trouble.status >= 500) return undefined;
      return stop('usage', 'X refuses the request', 'Check --x-url.', trouble);
  }
}

const RULE_HINT = 'the stream has no rule that X can use; add one with --coin or --rule';

/** By what X calls an error of streams; these come as an answer or as a line of the stream. */
function byName({ said }: XApiError): Verdict | undefined {
  if (said.connectionIssue === 'TooManyConnections')
    return {
      act: 'wait',
      cause: 'rate',
      reason: 'too many connections',
      hint: 'another stream of this app is open; stop it, or wait: X takes a while to notice that one is gone',
    };
  if (/^Rule/.test(said.connectionIssue ?? '') || said.disconnectType === 'InvalidRules')
    return { act: 'wait', cause: 'server', reason: 'rules', hint: RULE_HINT, rules: true };
  if (said.disconnectType === 'ClientApplicationStateDegraded')
    return { act: 'wait', cause: 'server', reason: 'server error', hint: `look at the app at ${CONSOLE}` };
  return undefined;
}

/** What trouble with a call, or the end of a stream, means for the next try. */
export function judge(trouble: XApiError, of: 'call' | 'stream' = 'call'): Verdict {
  if (isCapped(trouble))
    return stop(
      'failed',
      'the posts that your plan allows are used up',
      `Raise the cap at ${CONSOLE}, or start again in the next period; --max-posts keeps below it.`,
      trouble,
    );
  const found = byName(trouble) ?? byStatus(trouble);
  if (found !== undefined) return found;
  if (trouble.status !== undefined) return { act: 'wait', cause: 'server', reason: 'server error' };
  return of === 'stream'
    ? { act: 'wait', cause: 'drop', reason: 'disconnect' }
    : { act: 'wait', cause: 'network', reason: 'network' };
}
