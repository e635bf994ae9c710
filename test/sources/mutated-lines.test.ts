import { test } from 'vitest';
import { MUTATED_SOURCES } from './mutated-sources.ts';
import { readOn } from './read-on.ts';

/** 200,000 of each go through the services suite: test/services/mutated-lines.test.ts. */
const LINES = 2000;

test.each(MUTATED_SOURCES)(`$name reads on through ${LINES} mutated lines`, (source) =>
  readOn(source, LINES),
);
