import { describe } from 'vitest';
import { testLaws } from './laws.ts';

/** Few, as each builds the logic anew many times; the services suite takes many. */
describe('signals', () => testLaws(8, 16));
