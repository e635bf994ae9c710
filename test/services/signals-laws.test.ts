import { describe } from 'vitest';
import { testLaws } from '../processors/signals/laws.ts';

describe('signals on many timelines', () => testLaws(200, 16));
