import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { UserError } from '../../core/errors.ts';
import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject } from '../../core/util/json.ts';
import type { PickState } from '../model/wire.ts';
import { hostName, isLoopback, isToken } from './guard.ts';

/** Where likes and dislikes are kept. */
export interface PickStore {
  /** The ids of posts that were picked before. */
  lists(): Omit<PickState, 'token'>;
  /** Adds a post, given as the JSON text of its record; answers what was learned, in words. Throws UserError and InvalidRecord. */
  add(post: string, liked: boolean): string;
}

/** The header that carries the token: a foreign site can neither know the token nor send the header. */
export const PICK_HEADER = 'x-cryptopipe-pick';

interface PickAnswer {
  readonly status: number;
  readonly text: string;
}

/** Takes likes and dislikes of browsers on this machine, from the page itself alone. */
export class PickDesk {
  readonly #token = randomBytes(24).toString('base64url');
  readonly #store: PickStore;
  readonly #postText: (coin: string, id: string) => Promise<string | undefined>;

  /** `postText`: the JSON text of a listed post's record. */
  constructor(store: PickStore, postText: (coin: string, id: string) => Promise<string | undefined>) {
    this.#store = store;
    this.#postText = postText;
  }

  state(): PickState {
    return { token: this.#token, ...this.#store.lists() };
  }

  /** Why this client may not see picks; undefined if it may. */
  refusalOfReading({ headers, socket }: IncomingMessage): string | undefined {
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    if (!isLoopback(address) || !isLoopback(hostName(headers.host) ?? ''))
      return 'Likes and dislikes are taken on the machine of the page only.';
    const site = headers['sec-fetch-site'] ?? 'same-origin';
    return site === 'same-origin' || site === 'none' ? undefined : 'Another site may not ask for this.';
  }

  /** Why a like or dislike is refused; undefined if it is accepted. */
  refusalOfPicking(request: IncomingMessage): string | undefined {
    const { headers } = request;
    const refused = this.refusalOfReading(request);
    if (refused !== undefined) return refused;
    if (headers.origin !== `http://${headers.host}`) return 'Another site may not like or dislike.';
    if (headers['content-type'] !== 'application/json') return 'A pick is JSON.';
    return isToken(String(headers[PICK_HEADER] ?? ''), this.#token) ? undefined : 'Load the page again.';
  }

  /** Takes `{"coin": "btc", "id": "1", "like": true}`. */
  async pick(body: string): Promise<PickAnswer> {
    const asked = pickIn(body);
    if (asked === undefined) return { status: 400, text: 'A pick has coin, id and like.' };
    const post = await this.#postText(asked.coin, asked.id);
    if (post === undefined) return { status: 404, text: 'The post is no longer on the bus.' };
    try {
      return { status: 200, text: this.#store.add(post, asked.like) };
    } catch (error) {
      if (error instanceof UserError) return { status: 409, text: `${error.message}. ${error.hint}` };
      if (error instanceof InvalidRecord) return { status: 409, text: error.message };
      throw error;
    }
  }
}

function pickIn(body: string) {
  try {
    const value: unknown = JSON.parse(body);
    if (!isObject(value)) return undefined;
    const { coin, id, like } = value;
    return typeof coin === 'string' && typeof id === 'string' && typeof like === 'boolean'
      ? { coin, id, like }
      : undefined;
  } catch {
    return undefined;
  }
}
