import type { Clock } from '../../src/core/util/clock.ts';
import { random } from '../../src/core/util/random.ts';
import { PHRASES } from '../../src/sources/sample/phrases.ts';
import { StubNetwork } from './bluesky/network.ts';
import { startProfilesStub } from './bluesky/profiles.ts';
import { JetstreamStub } from './bluesky/server.ts';

const OTHER = ['What a lovely morning', 'My cat sleeps again', 'New recipe tonight', 'Trains are late'];
const COINS = ['bitcoin', '$BTC', '#ethereum', 'solana', 'dogecoin'];

interface BlueskyStubSettings {
  /** The Jetstream server; the API of authors has the next one. 0: any free ones. */
  readonly port?: number;
  /** Of the profiles of authors. */
  readonly authorsPort?: number;
  readonly clock: Clock;
  readonly postsPerSecond: number;
}

/** Bluesky on 127.0.0.1: a Jetstream server with an invented network, of which every third post names a coin, and its authors. */
export async function startBlueskyStub({
  port = 0,
  authorsPort = 0,
  clock,
  postsPerSecond,
}: BlueskyStubSettings) {
  const network = new StubNetwork(clock.now);
  const jetstream = await JetstreamStub.start({ port, network, now: clock.now });
  const profiles = await startProfilesStub({ port: authorsPort, now: clock.now });
  const draw = random(1, 'bluesky stub');
  const stopped = new AbortController();
  const invent = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await clock.sleep(1000 / postsPerSecond, stopped.signal);
      const { good, bad, plain } = PHRASES[0]!;
      const phrase = draw.pick(draw.pick([good, bad, plain]));
      const text = phrase.replace('{coin}', draw.pick(COINS)).replace('{price}', '68,000');
      const post = network.post(draw.chance(1 / 3) ? text : draw.pick(OTHER));
      if (draw.chance(0.02)) network.delete(post);
    }
  };
  void invent();
  return {
    url: jetstream.url,
    authorsUrl: profiles.url,
    async close() {
      stopped.abort();
      await Promise.all([jetstream.close(), profiles.close()]);
    },
  };
}
