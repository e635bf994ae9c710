import type { NetworkEvent } from './network.ts';

const micros = (at: number): string => new Date(at).toISOString().replace('Z', '000Z');

/** The event as a v2 frame. */
export function newFrame({ kind, did, at, body, number }: NetworkEvent, seq: number): string {
  const time = micros(at);
  const inner = kind === 'commit' ? body : { [kind]: { ...body, did, seq: number, time } };
  const payload = { $type: `network.bsky.jetstream.subscribeEvents#${kind}`, seq, did, time, ...inner };
  return JSON.stringify({ $type: 'message', payload });
}

/** The event as a v1 frame; new servers add their number. */
export function oldFrame({ kind, did, at, body, number }: NetworkEvent, cursor: number | undefined): string {
  const inner = kind === 'commit' ? body : { ...body, did, seq: number, time: micros(at) };
  return JSON.stringify({
    did,
    time_us: at * 1000,
    kind,
    ...(cursor !== undefined && { cursor }),
    [kind]: inner,
  });
}

export const infoFrame = (name: string): string =>
  JSON.stringify({
    $type: 'message',
    payload: { $type: 'network.bsky.jetstream.subscribeEvents#info', name, message: 'moved up' },
  });

export const errorFrame = (error: string): string =>
  JSON.stringify({ $type: 'error', error, message: `${error} by the stub` });
