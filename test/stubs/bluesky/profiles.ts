import { type Answer, type Asked, type Fault, type Stub, type StubSettings, startStub } from '../server.ts';

const MOST = 25;

/** Number of followers of an invented author. */
export const followersOf = (did: string): number => did.length * 7 + did.charCodeAt(did.length - 1);

const profileOf = (did: string) => ({
  did,
  handle: `${did.split(':').at(-1)!.slice(-9)}.example`,
  displayName: `Author ${did.slice(-3)}`,
  followersCount: followersOf(did),
  followsCount: 3,
  postsCount: 12,
  createdAt: '2024-01-01T00:00:00.000Z',
});

/** Bluesky's public API on 127.0.0.1: profiles of any author but those whose id ends in `nobody`. */
export const startProfilesStub = (settings: StubSettings<Fault> = {}): Promise<Stub<Fault>> =>
  startStub<Fault>(settings, ({ path, query }: Asked): Answer => {
    if (path !== '/xrpc/app.bsky.actor.getProfiles')
      return { status: 404, body: { error: 'XRPCNotSupported', message: 'Not Found' } };
    const actors = query.getAll('actors');
    if (actors.length === 0 || actors.length > MOST)
      return { status: 400, body: { error: 'InvalidRequest', message: `actors: 1 to ${MOST}` } };
    const profiles = actors.filter((did) => !did.endsWith('nobody')).map(profileOf);
    return { status: 200, body: { profiles } };
  });
