import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const PAGES = 200;
const TICKS = 600_000;

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string };
  readonly children?: readonly number[];
}
interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
}

/** Functions of the bundle under which all work of the page is done. */
const OF_PAGE = new Set([
  'sendEvents',
  'follow',
  'followPartition',
  'changed',
  'history',
  'events',
  'readTopic',
  '#apply',
  'servePage',
  'topicStates',
  'answer',
]);
const IDLE = new Set(['(idle)', '(program)', '(root)']);
const COLLECTOR = '(garbage collector)';

/**
 * The part of the main thread's samples that the page took. Samples are counted, not their times, which hold what other programs
 * took of the machine. Collecting garbage counts for what it interrupted.
 */
function partOfPage({ nodes, samples }: Profile): number {
  const kinds = new Map<number, 'idle' | 'page' | 'other' | 'collector'>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (id: number, ofPage: boolean): void => {
    const { callFrame, children = [] } = byId.get(id)!;
    // The bundler numbers names that two files have.
    const name = callFrame.functionName.replace(/\d+$/, '');
    const isPage = ofPage || OF_PAGE.has(name);
    kinds.set(id, IDLE.has(name) ? 'idle' : name === COLLECTOR ? 'collector' : isPage ? 'page' : 'other');
    for (const child of children) visit(child, isPage);
  };
  visit(nodes[0]!.id, false);
  const counts = { idle: 0, page: 0, other: 0 };
  let last: keyof typeof counts = 'other';
  for (const id of samples) {
    const kind = kinds.get(id)!;
    if (kind !== 'collector') last = kind;
    counts[last] += 1;
  }
  return counts.page / (counts.page + counts.other);
}

test('200 open pages take less than 5 % of the time of a busy pipeline', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'page-load-'));
  const lines = Array.from(
    { length: TICKS },
    (_, i) => `${new Date(Date.UTC(2025, 5, 1) + 2000 * i).toISOString()},${2500 + (i % 100)}`,
  );
  writeFileSync(join(dir, 'ticks.csv'), `time,price\n${lines.join('\n')}\n`);
  const flags =
    '--source file --file ticks.csv --base eth --quote usdt --window 1m,10m --dir lake --bus local:bus';
  const args = [
    '--cpu-prof',
    '--cpu-prof-dir=profile',
    resolve('bin/cryptopipe.js'),
    'run',
    'prices',
    ...flags.split(' '),
  ];
  child = spawn(
    process.execPath,
    [...args, '--page', '--listen', '127.0.0.1:0', '--metrics', '127.0.0.1:0'],
    {
      cwd: dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const ended = new Promise((settle) => child!.on('close', settle));
  let text = '';
  child.stderr!.on('data', (chunk) => {
    text += chunk;
  });
  const urlOf = async (pattern: RegExp) => {
    await expect.poll(() => pattern.test(text)).toBe(true);
    return pattern.exec(text)![1]!;
  };
  const url = await urlOf(/page: (http\S+)/);
  const metrics = await urlOf(/metrics at (http\S+)\/metrics/);
  let connected = 0;
  let bytes = 0;
  for (let i = 0; i < PAGES; i++)
    get(`${url}events?coin=eth&quote=usdt&source=file&window=1m&after=`, { agent: false }, (response) => {
      connected += 1;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('error', () => {});
    }).on('error', () => {});
  const done = `cryptopipe_records_in_total{stage="sink file prices"} ${TICKS}`;
  await expect.poll(async () => (await (await fetch(`${metrics}/metrics`)).text()).includes(done)).toBe(true);
  child.kill('SIGINT');
  await ended;
  const [file] = readdirSync(join(dir, 'profile'));
  const part = partOfPage(JSON.parse(readFileSync(join(dir, 'profile', file!), 'utf8')) as Profile);
  console.log(
    `${connected} pages: ${(100 * part).toFixed(1)} % of the busy time, ${Math.round(bytes / 2 ** 20)} MB sent`,
  );
  expect(connected).toBe(PAGES);
  expect(bytes).toBeGreaterThan(PAGES * 10_000);
  expect(part).toBeGreaterThan(0.001);
  expect(part).toBeLessThan(0.05);
});
