import type { Refusal } from '../socket-server.ts';

/** What a client asks a stream for. */
export interface StreamRequest {
  readonly wire: 'v2' | 'v1';
  readonly cursor: number | undefined;
  readonly kinds: readonly string[];
  readonly collections: readonly string[];
}

const V2_PATH = '/xrpc/network.bsky.jetstream.subscribeEvents';
const V2_NAMES = ['cursor', 'kinds', 'collections', 'dids', 'maxMessageSizeBytes', 'zstdDictionary'];
const KINDS = ['commit', 'identity', 'account', 'sync'];

const invalid = (message: string): Refusal => ({
  status: 400,
  body: JSON.stringify({ error: 'InvalidRequest', message }),
});

/** Reads the request as a server of this wire does; a Refusal is its answer. */
export function readRequest(target: URL, serves: 'v2' | 'v1'): StreamRequest | Refusal {
  const query = target.searchParams;
  const cursor = query.has('cursor') ? Number(query.get('cursor')) : undefined;
  if (target.pathname === '/subscribe')
    return { wire: 'v1', cursor, kinds: KINDS, collections: query.getAll('wantedCollections') };
  if (target.pathname !== V2_PATH || serves === 'v1') return { status: 404, body: '404 page not found' };
  const unknown = [...query.keys()].find((name) => !V2_NAMES.includes(name));
  if (unknown !== undefined) return invalid(`unknown parameter ${unknown}`);
  if (cursor !== undefined && !Number.isSafeInteger(cursor)) return invalid('cursor: not an integer');
  const kinds = query.getAll('kinds');
  const wrong = kinds.find((kind) => !KINDS.includes(kind));
  if (wrong !== undefined) return invalid(`kinds: unknown value ${wrong}`);
  const collections = query.getAll('collections');
  if (collections.length > 0 && kinds.length > 0 && !kinds.includes('commit'))
    return invalid('collections need kind commit');
  return { wire: 'v2', cursor, kinds: kinds.length === 0 ? KINDS : kinds, collections };
}
