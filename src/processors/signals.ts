import { postRecordTime } from '../market/posts/priced-post.ts';
import { PRICES_BESIDE_POSTS } from './price-inputs.ts';
import { defineProcessor } from './processor.ts';
import { SignalReplay, signalReplay } from './signals/replay.ts';
import { seenTime } from './signals/seen-counts.ts';
import { SignalLogic } from './signals/signal-logic.ts';
import { signalConflicts, signalOptions } from './signals/signal-options.ts';

export const signals = defineProcessor({
  name: 'signals',
  summary:
    'Measure attention, sentiment and the market of each coin per window, with the time when it could be known.',
  inputs: [
    { topic: 'tweets-processed', time: postRecordTime },
    { topic: 'posts-seen', time: seenTime, isSide: true },
    ...PRICES_BESIDE_POSTS,
  ],
  output: { topic: 'signals', schema: 'signal/1' },
  options: signalOptions,
  inTurn: true,
  conflicts: signalConflicts,
  examples: [
    'cryptopipe process signals --window 10m,1h --once',
    'cryptopipe process signals --window 1h --slide 5m --out signals-sliding --app sliding',
  ],
  build: (settings, restored) => new SignalLogic(settings, restored),
  replay: { build: (settings, from, to) => new SignalReplay(settings, from, to), ...signalReplay },
});
