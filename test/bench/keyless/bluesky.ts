import { setImmediate as nextTurn } from 'node:timers/promises';
import { random } from '../../../src/core/util/random.ts';
import { openLocalLog } from '../../../src/log/local/open.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { bluesky } from '../../../src/sources/bluesky/bluesky.ts';
import { PHRASES } from '../../../src/sources/sample/phrases.ts';
import { newFrame } from '../../stubs/bluesky/frames.ts';
import { StubNetwork } from '../../stubs/bluesky/network.ts';
import { startSocketStub } from '../../stubs/socket-server.ts';
import { defaults } from '../kit.ts';
import { type Measured, measure } from '../measure.ts';
import { reading } from './context.ts';

/** Distinct frames, sent again with other numbers: more would measure the garbage collector. */
const FRAMES = 20_000;
/** Of 100 posts so many name a coin. */
const COIN_POSTS = 1;
/** Bytes buffered for the socket at most. */
const MOST_BUFFERED = 4 * 2 ** 20;

const SENTENCES = [
  'what a lovely morning it is, the coffee is hot and the birds are loud',
  'my cat sleeps on the keyboard again so there will be no work today',
  'a new recipe for dinner: beans, rice, lime and far too much garlic',
  'the trains are late and everybody is looking at a phone, me included',
  'reading a long book about bridges and I cannot put it down',
];

/** Frames of posts as Jetstream sends them, about 600 bytes each. */
function frames(): string[] {
  const network = new StubNetwork(Date.now);
  const draw = random(1, 'bench bluesky');
  return Array.from({ length: FRAMES }, (_, index) => {
    const { good } = PHRASES[0]!;
    const coin = draw.pick(good).replace('{coin}', 'bitcoin').replace('{price}', '68,000');
    const text = draw.chance(COIN_POSTS / 100) ? coin : `${draw.pick(SENTENCES)}. ${draw.pick(SENTENCES)}`;
    return newFrame(network.post(text), index);
  });
}

/** `{"$type":"message",...,"seq":NUMBER,` with the next number. */
const renumbered = (frame: string, seq: number): string => frame.replace(/"seq":\d+/, `"seq":${seq}`);

/** A server that sends frames as fast as they are read. */
async function jetstream(count: number) {
  const all = frames();
  return startSocketStub({
    async connected(socket) {
      for (let seq = 1; seq <= count && socket.readyState === socket.OPEN; seq++) {
        socket.send(renumbered(all[seq % FRAMES]!, seq));
        while (socket.bufferedAmount > MOST_BUFFERED) await nextTurn();
      }
    },
  });
}

/** Events of Jetstream, filtered for coins; `count` events. */
export const BLUESKY_STAGES: Record<string, (dir: string, count: number) => Promise<Measured>> = {
  'bluesky: JSON.parse alone': async (_, count) => {
    const all = frames();
    return measure('', () => {
      for (let index = 0; index < count; index++) JSON.parse(all[index % FRAMES]!);
      return count;
    });
  },
  'bluesky: socket to topic': async (dir, count) => {
    const server = await jetstream(count);
    const log = await openLocalLog(dir, systemClock);
    const settings = defaults(bluesky.options, { coins: ['btc'], hosts: [server.url], noAuthors: true });
    const stage = reading(log, bluesky, settings, { once: false });
    const done = (): number =>
      stage.stats.in + Object.values(stage.stats.dropped).reduce((sum, dropped) => sum + dropped, 0);
    const measured = await measure('', async () => {
      await stage.start();
      while (done() < count) await systemClock.sleep(5);
      return count;
    });
    await stage.stop();
    await server.close();
    await log.close();
    return measured;
  },
};
