import { describe, test } from 'vitest';
import { MUTATED_INPUTS, processOn } from '../processors/process-on.ts';
import { MUTATED_SOURCES } from '../sources/mutated-sources.ts';
import { readOn } from '../sources/read-on.ts';

const LINES = 200_000;

describe(`through ${LINES} mutated lines`, () => {
  test.each(MUTATED_SOURCES)('source $name continues', (source) => readOn(source, LINES));
  test.each(MUTATED_INPUTS)('processor $name continues', (input) => processOn(input, LINES));
});
