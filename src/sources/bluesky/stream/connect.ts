import { UserError } from '../../../core/errors.ts';
import { isObject, parseJson } from '../../../core/util/json.ts';
import { type Millis, SECOND } from '../../../core/util/time.ts';
import { HttpError } from '../../shared/http/http-error.ts';
import { openSocket, type TextSocket } from '../../shared/socket/text-socket.ts';
import { UpgradeRefused } from '../../shared/socket/upgrade.ts';
import type { SourceContext } from '../../source.ts';

/** A protocol of Jetstream: `subscribeEvents`, or the frozen `/subscribe` of older servers. */
export type Wire = 'v2' | 'v1';

/** Where a stream starts: at an event of this server, by its number, or at a time. Neither: at the newest event. */
export interface StreamStart {
  readonly seq?: number | undefined;
  readonly time?: Millis | undefined;
}

const POSTS = 'app.bsky.feed.post';
/** Some 50 posts a second come; without any for this long the stream is dead, whatever its pings say. */
const SILENCE_MS: Millis = 10 * SECOND;
/** Of live messages, some 50 make a durable write; a replay fills batches faster. */
const LINGER_MS: Millis = SECOND;

/** The WebSocket address of a stream. */
export function streamUrl(host: string, wire: Wire, { seq, time }: StreamStart): string {
  const query = new URLSearchParams();
  if (wire === 'v1') query.append('wantedCollections', POSTS);
  else {
    // Deleted accounts are events of their own; collections limit commits only.
    for (const kind of ['commit', 'account']) query.append('kinds', kind);
    query.append('collections', POSTS);
  }
  const cursor = seq ?? (time === undefined ? undefined : Math.floor(time) * 1000);
  if (cursor !== undefined) query.append('cursor', String(cursor));
  const path = wire === 'v1' ? '/subscribe' : '/xrpc/network.bsky.jetstream.subscribeEvents';
  return `${host.replace(/^http/, 'ws')}${path}?${query}`;
}

export const openStreamAt = (
  url: string,
  context: Pick<SourceContext, 'now' | 'sleep' | 'signal' | 'proxy' | 'monotonic'>,
): Promise<TextSocket> =>
  openSocket({ url, silenceMs: SILENCE_MS, lingerMs: LINGER_MS, ignoresPings: true }, context);

/** What to do about a stream that did not open. */
export type OpenFailure =
  /** The server speaks only the old wire. */
  | { readonly act: 'use v1' }
  /** The number is older than what the server still has: ask by time, which starts at the oldest event. */
  | { readonly act: 'use time' }
  | { readonly act: 'wait'; readonly reason: string; readonly waitMs: Millis };

/** The error of an XRPC answer, which may be cut, text or HTML. */
function errorIn(text: string): { readonly error: string; readonly message: string } {
  try {
    const body = parseJson(text);
    if (isObject(body)) return { error: String(body.error), message: String(body.message ?? body.error) };
  } catch {
    // Not JSON: v1 answers in plain text.
  }
  return { error: '', message: text.trim().split('\n', 1)[0]!.slice(0, 200) };
}

/** Classifies why a stream did not open. Throws UserError for a request that no server of this kind accepts. */
export function classifyFailure(error: unknown, host: string, wire: Wire): OpenFailure {
  if (!(error instanceof HttpError)) throw error;
  if (!(error instanceof UpgradeRefused)) return { act: 'wait', reason: error.message, waitMs: error.waitMs };
  const { status, text, waitMs } = error;
  const refusal = errorIn(text);
  if (status === 404 && wire === 'v2') return { act: 'use v1' };
  if (status === 400 && refusal.error === 'CursorTooOld') return { act: 'use time' };
  if (status === 400)
    throw new UserError(
      'failed',
      `bluesky: ${new URL(host).host} refuses the request: ${refusal.message}`,
      'Check --bluesky-url. If it names a server of Bluesky, look for a newer version of cryptopipe.',
    );
  const detail = refusal.message === '' ? '' : `: ${refusal.message}`;
  return { act: 'wait', reason: `HTTP ${status}${detail}`, waitMs };
}
