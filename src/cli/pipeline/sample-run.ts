import type { Log } from '../../log/log.ts';
import type { Reporter, Stage } from '../../runtime/stage.ts';
import { parseBus } from '../args/bus-url.ts';
import { titlePaint } from '../output/colors.ts';
import { readSeries } from '../output/last-candles.ts';
import { sampleSummary } from '../output/sample-summary.ts';
import type { Summary } from '../output/summary.ts';
import type { Io } from '../process/io.ts';
import { withBus } from './bus.ts';
import { SAMPLE, takeSampleFolder } from './sample-folder.ts';
import { loggerFor, runSession, type Session, stageOpener } from './session.ts';

/** What the sample run takes from the command. */
export interface SampleRun {
  readonly settings: Session['settings'] & { readonly app: string };
  readonly stages: (log: Log, reporter: Reporter) => Stage[];
}

/** Runs two days of sample data from an empty bus to a lake, then prints a summary. */
export async function runSample({ settings, stages }: SampleRun, io: Io): Promise<void> {
  const release = await takeSampleFolder('.');
  try {
    const bus = parseBus(`local:${SAMPLE.bus}`);
    const logger = loggerFor(settings, io);
    await withBus({ ...settings, bus }, io, stageOpener(settings, true, logger), async (log) => {
      const done = await runSession(stages(log, logger), { settings, io, logger, ending: 'all' });
      if (!io.stop().aborted) io.out(await summaryText(done, log, io));
    });
  } finally {
    await release();
  }
}

async function summaryText(done: Summary, log: Log, io: Io): Promise<string> {
  const topics = await Promise.all((await log.topics()).map(({ name }) => log.describe(name)));
  const summary = {
    ...done,
    topics: topics
      .filter((topic) => topic !== undefined)
      .map(({ name, partitionInfos }) => ({
        name,
        records: partitionInfos.reduce((sum, { records }) => sum + records, 0),
      })),
    candles: await readSeries(log),
    lake: SAMPLE.lake,
    next: [
      `${io.self} topics list --bus ${log.url}`,
      `${io.self} topics tail candles --bus ${log.url} --limit 3`,
      `${io.self} sink console --topics tweets-processed --bus ${log.url} --once`,
    ],
  };
  return sampleSummary(summary, await titlePaint(io));
}
