import { test } from 'vitest';
import { MUTATED_INPUTS, processOn } from './process-on.ts';

/** 200,000 of each go through the services suite: test/services/mutated-lines.test.ts. */
const VALUES = 2000;

test.each(MUTATED_INPUTS)(`$name keeps running through ${VALUES} mutated values`, (input) =>
  processOn(input, VALUES),
);
