import { expect, test } from 'vitest';
import { version } from '../../../package.json';
import { printSummary, summarize, summaryTable } from '../../../src/cli/output/summary.ts';
import { newStats } from '../../../src/runtime/stage.ts';
import { fakeIo } from '../fakes.ts';

test('the summary totals all stages and converts the elapsed time to seconds', () => {
  const a = { ...newStats('a'), in: 1, out: 2, late: 3, rejected: 4, files: 5 };
  const b = { ...newStats('b'), in: 10, out: 20, late: 30, rejected: 40, files: 50 };
  expect(summarize([a, b], 1234)).toEqual({
    stages: [a, b],
    in: 11,
    out: 22,
    late: 33,
    rejected: 44,
    files: 55,
    seconds: 1.234,
  });
});

const produced = {
  ...newStats('produce file'),
  in: 12_345,
  out: 12_340,
  rejected: 5,
  dropped: { repeat: 1200, 'no coin': 2 },
};
const sunk = { ...newStats('sink file prices'), in: 7, out: 7, late: 1, files: 3 };

test('on a terminal the summary is a table of the stages', async () => {
  const { io, written } = fakeIo({ outIsTerminal: true, env: { NO_COLOR: '1' } });
  await printSummary(summarize([produced, sunk], 2345), io);
  expect(written.out).toBe(
    [
      'STAGE               READ  WRITTEN  LATE  REJECTED  FILES  DROPPED',
      'produce file      12,345   12,340     0         5      0  1,200 repeat, 2 no coin',
      'sink file prices       7        7     1         0      3',
      '2.3 seconds',
      '',
    ].join('\n'),
  );
});

test('the table has no column for files and drops where there are none', () => {
  const text = summaryTable(summarize([newStats('candles')], 10), (title) => `<${title}>`);
  expect(text).toBe(
    '<STAGE    READ  WRITTEN  LATE  REJECTED>\ncandles     0        0     0         0\n0.0 seconds\n',
  );
});

test('the table says what a command that scores texts has done', () => {
  const select = { ...newStats('select'), scored: { texts: 1200, batches: 5, restarts: 1 } };
  expect(summaryTable(summarize([select], 10), (title) => title).split('\n')).toContain(
    'select: the command scored 1,200 texts in 5 batches, with 1 restart',
  );
});

test('in a pipe the summary is one JSON object with the time, the command and the version', async () => {
  const { io, written } = fakeIo({ command: 'process --once' });
  await printSummary(summarize([produced], 2345), io);
  expect(JSON.parse(written.out)).toEqual({
    ...summarize([produced], 2345),
    time: '2026-03-02T10:15:22.000Z',
    command: 'process --once',
    version,
  });
  expect(written.out.indexOf('\n')).toBe(written.out.length - 1);
});
