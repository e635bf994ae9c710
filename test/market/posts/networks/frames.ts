/** Frames of Bluesky's Jetstream, invented, in the forms of both wires. */
export const DID = 'did:plc:abcd2345efgh6723ijklmnop';
export const RKEY = '3m6abc2xyz22k';
export const POST_ID = `at://${DID}/app.bsky.feed.post/${RKEY}`;
export const SEEN = '2026-11-28T10:15:22.104233Z';

export const RECORD = {
  $type: 'app.bsky.feed.post',
  text: '$BTC back above 90k #bitcoin',
  createdAt: '2026-11-28T10:15:21.870Z',
  langs: ['en'],
};

const COMMIT = {
  rev: '3m6abc2defk2z',
  operation: 'create',
  collection: 'app.bsky.feed.post',
  rkey: RKEY,
  cid: 'bafyreia',
  record: RECORD as object | undefined,
};

const frame = (type: string, payload: object) => ({
  $type: 'message',
  payload: {
    $type: `network.bsky.jetstream.subscribeEvents#${type}`,
    seq: 98_122_345,
    did: DID,
    time: SEEN,
    ...payload,
  },
});

/** A v2 frame of a post. */
export const postFrame = (record: object = {}, commit: object = {}) =>
  frame('commit', { ...COMMIT, record: { ...RECORD, ...record }, ...commit });

/** A v1 frame of a post. */
export const oldPostFrame = (record: object = {}, commit: object = {}) => ({
  did: DID,
  time_us: Date.parse(SEEN) * 1000 + 233,
  kind: 'commit',
  commit: { ...COMMIT, record: { ...RECORD, ...record }, ...commit },
});

export const deleteFrame = (commit: object = {}) =>
  frame('commit', { ...COMMIT, operation: 'delete', record: undefined, cid: undefined, ...commit });

export const accountFrame = (account: object) =>
  frame('account', { account: { did: DID, seq: 1, time: SEEN, ...account } });

export const frameOf = frame;
