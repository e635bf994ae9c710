import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../../core/util/clock.ts';
import { type Stage, type StageStats, totalRejectReasons } from '../../runtime/stage.ts';

/** Seconds. A commit of the embedded log takes milliseconds, one of a lake seconds. */
const COMMIT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** One time series of a metric: its labels after `stage`, and its value. */
type Series = readonly [labels: Readonly<Record<string, string>>, value: number];

interface StageMetric {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly of: (stats: StageStats, now: number) => readonly Series[];
}

const one = (value: number): readonly Series[] => [[{}, value]];
const byLabel = (label: string, counts: Readonly<Record<string, number>>): readonly Series[] =>
  Object.entries(counts).map(([name, value]) => [{ [label]: name }, value]);

/** Gauges of prom-client with names that end like a counter's; other metrics give the same counts by type. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

const ofGaps = (gaps: StageStats['gaps'], field: 'count' | 'seconds'): readonly Series[] =>
  gaps === undefined
    ? []
    : byLabel('backfilled', { true: gaps.backfilled[field], false: gaps.missed[field] });

const CLOSED = 'closed_by_';
const part = (sink: StageStats['sink'], wants: (name: string) => boolean): Record<string, number> =>
  Object.fromEntries(Object.entries(sink ?? {}).filter(([name]) => wants(name)));

const COUNTERS: readonly StageMetric[] = [
  { name: 'records_in_total', help: 'Records read.', of: (stats) => one(stats.in) },
  { name: 'records_out_total', help: 'Records written.', of: (stats) => one(stats.out) },
  {
    name: 'topic_records_written_total',
    help: 'Records written to a topic.',
    labels: ['topic'],
    of: ({ written }) => byLabel('topic', written),
  },
  { name: 'late_records_total', help: 'Records behind a closed window.', of: (stats) => one(stats.late) },
  {
    name: 'rejected_records_total',
    help: 'Records that could not be used, by reason.',
    labels: ['reason'],
    of: (stats) => byLabel('reason', totalRejectReasons(stats)),
  },
  {
    name: 'dropped_records_total',
    help: 'Records left out on purpose, by reason.',
    labels: ['reason'],
    of: ({ dropped }) => byLabel('reason', dropped),
  },
  {
    name: 'sink_operations_total',
    help: 'What a sink did: rows, files, bytes, commits, tombstones.',
    labels: ['operation'],
    of: ({ sink }) =>
      byLabel(
        'operation',
        part(sink, (name) => !name.startsWith(CLOSED)),
      ),
  },
  {
    name: 'sink_files_closed_total',
    help: 'Files of a lake by why they were closed.',
    labels: ['reason'],
    of: ({ sink }) =>
      Object.entries(part(sink, (name) => name.startsWith(CLOSED))).map(([name, value]) => [
        { reason: name.slice(CLOSED.length) },
        value,
      ]),
  },
  {
    name: 'source_events_total',
    help: 'What a live source counted: retries, connections, credits, posts billed.',
    labels: ['event'],
    of: ({ metered = {} }) => byLabel('event', metered),
  },
  {
    name: 'source_gaps_total',
    help: 'Gaps in the data of a source, by whether they were backfilled.',
    labels: ['backfilled'],
    of: ({ gaps }) => ofGaps(gaps, 'count'),
  },
  {
    name: 'source_gap_seconds_total',
    help: 'Length of the gaps in the data of a source, by whether they were backfilled.',
    labels: ['backfilled'],
    of: ({ gaps }) => ofGaps(gaps, 'seconds'),
  },
];

const GAUGES: readonly StageMetric[] = [
  {
    name: 'lag_records',
    help: 'Unread records of an input topic.',
    labels: ['topic'],
    of: ({ lag }) => byLabel('topic', lag),
  },
  {
    name: 'watermark_delay_seconds',
    help: 'How far the smallest watermark is behind the clock.',
    // A key without records has a watermark below zero.
    of: ({ watermark }, now) =>
      watermark === undefined || watermark <= 0 ? [] : one(Math.max(0, now - watermark) / 1000),
  },
];

/** The page of metrics for Prometheus, computed from the stages' counts when it is asked for. */
export function metricsOf(
  stages: readonly Pick<Stage, 'stats' | 'commits'>[],
  clock: Pick<Clock, 'now'>,
): { readonly contentType: string; text(): Promise<string> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const register = (Metric: typeof Counter | typeof Gauge, { name, help, labels = [], of }: StageMetric) =>
    new Metric({
      name: `cryptopipe_${name}`,
      help,
      labelNames: ['stage', ...labels],
      registers: [registry],
      collect() {
        this.reset();
        for (const { stats } of stages)
          for (const [ofSeries, value] of of(stats, clock.now()))
            this.inc({ stage: stats.stage, ...ofSeries }, value);
      },
    });
  for (const counter of COUNTERS) register(Counter, counter);
  for (const gauge of GAUGES) register(Gauge, gauge);
  const commitSeconds = new Histogram({
    name: 'cryptopipe_commit_seconds',
    help: 'Duration of commits.',
    labelNames: ['stage'],
    buckets: COMMIT_BUCKETS,
    registers: [registry],
  });
  for (const { stats, commits } of stages) {
    const ofStage = commitSeconds.labels({ stage: stats.stage });
    commits.observer = (span) => ofStage.observe(span / 1000);
  }
  return { contentType: registry.contentType, text: () => registry.metrics() };
}
