import { candles } from './candles.ts';
import { join } from './join.ts';
import { marketCap } from './market-cap.ts';
import { select } from './select.ts';

/** Every processor by name, in the order of the chain. */
export const processors = { select, join, candles, 'market-cap': marketCap };
