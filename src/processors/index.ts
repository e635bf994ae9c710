import { candles } from './candles.ts';
import { enrich } from './enrich.ts';
import { join } from './join.ts';
import { marketCap } from './market-cap.ts';
import { select } from './select.ts';
import { signals } from './signals.ts';

/** Every processor by name, in the order of the chain. */
export const processors = { select, join, candles, 'market-cap': marketCap, enrich, signals };
