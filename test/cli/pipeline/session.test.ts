import { expect, test } from 'vitest';
import { stageOptions } from '../../../src/cli/args/common-options.ts';
import { loggerFor, queryOpener, stageOpener } from '../../../src/cli/pipeline/session.ts';
import type { Settings } from '../../../src/core/option.ts';
import { fakeIo } from '../fakes.ts';

const settings = Object.fromEntries(
  Object.entries(stageOptions).map(([name, option]) => [name, option.fallback]),
) as Settings<typeof stageOptions>;

test('continuous stages wait for a cluster indefinitely, a one-shot run for --max-wait', () => {
  const { io, written } = fakeIo();
  const opener = (oneShot: boolean) =>
    stageOpener({ ...settings, app: 'mine', maxWait: 7000 }, oneShot, loggerFor(settings, io));
  expect(opener(false)).toMatchObject({ app: 'mine', maxWaitMs: Number.POSITIVE_INFINITY });
  expect(opener(true)).toMatchObject({ maxWaitMs: 7000 });
  opener(true).warn('nobody answers');
  expect(written.err).toContain('warn  nobody answers');
});

test('commands that only query a bus wait at most 15 s for it', () => {
  const { io, written } = fakeIo();
  const opener = queryOpener({ log: 'text', quiet: true, app: 'mine' }, io);
  expect(opener).toMatchObject({ app: 'mine', maxWaitMs: 15_000 });
  opener.warn('nobody answers');
  expect(written.err).toContain('nobody answers');
});
