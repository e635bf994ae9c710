import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { metricsOf } from '../../src/cli/watch/metrics.ts';
import { fakeStage, handClock } from '../cli/fakes.ts';

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const dashboard = JSON.parse(readFileSync('examples/grafana/dashboard.json', 'utf8')) as Dashboard;
const alerts = readFileSync('examples/prometheus/alerts.yaml', 'utf8');

const QUERIES = [
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }): [string, string] => [title, expr]),
  ),
  ...[...alerts.matchAll(/alert: (\w+)\s+expr: (.+)/g)].map(([, name, expr]): [string, string] => [
    name!,
    expr!,
  ]),
];

/** The labels of each metric on a page. */
async function labelsByMetric(): Promise<Map<string, Set<string>>> {
  const { stage, stats } = fakeStage('produce x', []);
  Object.assign(stats, {
    in: 7,
    rejected: 3,
    dropped: { repeat: 4 },
    written: { prices: 5 },
    lag: { prices: 9 },
  });
  Object.assign(stats, { sink: { rows: 5, closed_by_time: 2 }, watermark: 1 });
  stats.gaps = { backfilled: { count: 1, seconds: 60 }, missed: { count: 2, seconds: 90 } };
  const metrics = metricsOf([stage], handClock().clock);
  await stage.commits.time(async () => {});
  const labels = new Map<string, Set<string>>();
  for (const line of (await metrics.text()).split('\n')) {
    const [, name, pairs = ''] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) continue;
    const known = labels.get(name) ?? new Set(['instance']);
    for (const [, label] of pairs.matchAll(/(\w+)="/g)) known.add(label!);
    labels.set(name, known);
  }
  return labels;
}

test('the dashboard and the alert rules have queries', () => {
  expect(dashboard.panels).toHaveLength(10);
  expect(QUERIES.length).toBeGreaterThan(15);
});

test.each(QUERIES)('%s asks for metrics and labels that the page has: %s', async (_, query) => {
  const page = await labelsByMetric();
  const names = [...query.matchAll(/\b(?:cryptopipe|process|nodejs)_\w+/g)].map(([name]) => name);
  expect(names).not.toEqual([]);
  for (const name of names) expect([...page.keys()]).toContain(name);
  const known = new Set(names.flatMap((name) => [...page.get(name)!]));
  const asked = [
    ...[...query.matchAll(/(?:by|on) \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(/,\s*/)),
    ...[...query.matchAll(/(\w+)="/g)].map(([, label]) => label!),
  ];
  for (const label of asked) expect([...known]).toContain(label);
});
