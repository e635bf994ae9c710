import { aborted } from '../../core/util/aborted.ts';
import { DAY } from '../../core/util/time.ts';
import type { Log } from '../../log/log.ts';
import type { Reporter, Stage } from '../../runtime/stage.ts';
import { parseBus } from '../args/bus-url.ts';
import { titlePaint } from '../output/colors.ts';
import { readSeries } from '../output/last-candles.ts';
import { sampleSummary } from '../output/sample-summary.ts';
import type { Summary } from '../output/summary.ts';
import { leadSentence } from '../picture/lead-sentence.ts';
import { readMarket } from '../picture/market-view.ts';
import type { Io } from '../process/io.ts';
import { withBus } from './bus.ts';
import { SAMPLE, takeSampleFolder } from './sample-folder.ts';
import { loggerFor, runSession, type Session, stageOpener } from './session.ts';

/** The sample is of two days. */
const SAMPLE_SPAN = 3 * DAY;

/** What the sample run takes from the command. */
export interface SampleRun {
  readonly settings: Session['settings'] & { readonly app: string; readonly page: boolean };
  readonly stages: (log: Log, reporter: Reporter) => Stage[];
  readonly page: (run: {
    readonly log: Log;
    readonly reporter: Reporter;
    readonly stages: readonly Stage[];
  }) => Promise<{ close(): Promise<void> }>;
}

/** Runs two days of sample data from an empty bus to a lake, then prints a summary. */
export async function runSample(
  { settings, stages: stagesOf, page: pageOf }: SampleRun,
  io: Io,
): Promise<void> {
  const release = await takeSampleFolder('.');
  try {
    const bus = parseBus(`local:${SAMPLE.bus}`);
    const logger = loggerFor(settings, io);
    await withBus({ ...settings, bus }, io, stageOpener(settings, true, logger), async (log) => {
      const stages = stagesOf(log, logger);
      const page = await pageOf({ log, reporter: logger, stages });
      try {
        const done = await runSession(stages, { settings, io, logger, ending: 'all' });
        if (!io.stop().aborted) io.out(await summaryText(done, log, io));
        if (settings.page) await aborted(io.stop());
      } finally {
        await page.close();
      }
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
    market: (await readMarket(log, { history: SAMPLE_SPAN })).view,
    lead: await leadSentence(log, { topic: 'signals', coins: [], windows: [] }),
    lake: SAMPLE.lake,
    next: [
      `${io.self} page --bus ${log.url}`,
      `${io.self} show --coin eth --bus ${log.url}`,
      `${io.self} signals test --bus ${log.url}`,
      `${io.self} topics tail candles --bus ${log.url} --limit 3`,
    ],
  };
  return sampleSummary(summary, await titlePaint(io));
}
