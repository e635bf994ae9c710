import { UserError } from '../../core/errors.ts';
import type { Log } from '../../log/log.ts';
import type { StageCounts } from '../../page/feed/stage-rows.ts';
import { PAGE_FEEDS, type PageFeed } from '../../page/model/topics.ts';
import { isLoopback } from '../../page/server/guard.ts';
import type { PageServer } from '../../page/server/page-server.ts';
import { select } from '../../processors/select.ts';
import type { Reporter, Stage } from '../../runtime/stage.ts';
import { processorPlanOf, type RunCall, sourcesOf } from '../pipeline/run-plan.ts';
import type { Io } from '../process/io.ts';
import { type PageOptions, pageMode, pageToken } from './page-options.ts';

export interface OpenPage {
  readonly settings: PageOptions;
  readonly log: Log;
  readonly io: Io;
  readonly reporter: Reporter;
  readonly topics: Readonly<Record<PageFeed, string>>;
  /** The model that likes and dislikes on the page train; undefined: the page offers none. */
  readonly model: string | undefined;
  /** The stages that run in this process; the page then yields nearly all CPU time to them. */
  readonly stages: readonly StageCounts[];
}

/** Serves the page and logs its address. Throws UserError `unavailable`. */
export async function openPage(page: OpenPage): Promise<PageServer> {
  const { settings, log, io, reporter, topics, model, stages } = page;
  const { servePage } = await import('../../page/server/page-server.ts');
  const { SHARED_PACE } = await import('../../page/feed/bus-feed.ts');
  const server = await servePage({
    log,
    clock: io.clock,
    topics,
    pace: stages.length > 0 ? SHARED_PACE : 1,
    utilization: threadUtilization(),
    ...settings.listen,
    names: settings.pageHost,
    token: settings.token ? pageToken(io.env) : undefined,
    picks: model === undefined ? undefined : await picksIn(model),
    stages: () => stages,
    warn: reporter.warn,
  });
  reporter.info(`page: ${server.url}`);
  return server;
}

/** Makes a function that gives the part of the time since its last call in which this thread was busy. */
function threadUtilization(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}

/** The part of the program that learns is loaded only where it is needed. */
async function picksIn(model: string) {
  const { pickStore } = await import('./pick-store.ts');
  return pickStore(model);
}

type RunPage = Pick<OpenPage, 'log' | 'io' | 'reporter'> & { readonly stages: readonly Stage[] };

/** Serves the page of a run, if it has one; otherwise its `close` does nothing. */
export async function openRunPage(
  call: RunCall,
  { stages, ...around }: RunPage,
): Promise<Pick<PageServer, 'close'>> {
  const { settings } = call;
  const mode = pageMode(call, around.io);
  if (mode === 'none') return { close: async () => {} };
  const counts = stages.map(({ stats }) => stats);
  const { relevance } = call.of(select.options);
  const model = isLoopback(settings.listen.host) ? relevance : undefined;
  const page = { settings, ...around, topics: pageTopics(call), model, stages: counts };
  if (mode === 'asked') return openPage(page);
  try {
    return await openPage(page);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'unavailable') throw error;
    around.reporter.warn(`${error.message}; taking a free port, --no-page serves none`);
    return openPage({ ...page, settings: { ...settings, listen: { ...settings.listen, port: 0 } } });
  }
}

/** The topics of a page, with those that the run renames. A template has no single topic, and is not shown. */
function pageTopics(call: RunCall): Readonly<Record<PageFeed, string>> {
  const { renames } = processorPlanOf(call, sourcesOf(call));
  const actual = (feed: PageFeed) =>
    [...renames.values()].flatMap((topics) => topics.get(feed) ?? []).find((name) => !name.includes('{')) ??
    feed;
  return Object.fromEntries(PAGE_FEEDS.map((feed) => [feed, actual(feed)])) as Record<PageFeed, string>;
}
