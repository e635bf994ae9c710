import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measured } from './measure.ts';
import { correlation } from './sentiment.ts';
import { STAGES } from './stages.ts';

/*
 * npm run bench [records]: every stage in a process of its own beside its floor (the raw library, an empty loop) in the
 * same run. Read the rates as ratios: machines are shared. Peak memory is RssAnon, the log's mapped pages apart.
 */
const [, script, ...args] = process.argv;

function inItsOwnProcess(stage: string, dir: string, count: number): Measured {
  const out = execFileSync(process.execPath, [script!, '--stage', stage, dir, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(out.toString()) as Measured;
}

const number = (value: number): string => Math.round(value).toLocaleString('en');
const row = (...cells: string[]): string =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(34) : cell.padStart(14))).join('');

function show(stage: string, measured: Measured, floor?: Measured): void {
  const share = floor ? `${Math.round((100 * measured.perSecond) / floor.perSecond)} %` : '';
  console.log(
    row(
      stage,
      `${number(measured.perSecond)}/s`,
      floor ? `${number(floor.perSecond)}/s` : '',
      share,
      `${number(measured.peakMb)} MB`,
    ),
  );
}

function startup(label: string, program: readonly string[], cwd: string): void {
  const times = Array.from({ length: 7 }, () => {
    const begun = performance.now();
    execFileSync(process.execPath, program, { cwd, stdio: 'ignore' });
    return performance.now() - begun;
  }).sort((a, b) => a - b);
  console.log(
    row(label, `${number(times[3]!)} ms`, '', '', `(of 7: ${number(times[0]!)} to ${number(times[6]!)})`),
  );
}

function suite(count: number): void {
  console.log(
    `${number(count)} records a stage (candles and lake as well over three times as many), Node ${process.version}\n`,
  );
  console.log(row('stage', 'ours', 'floor', 'of the floor', 'peak memory'));
  const folders: string[] = [];
  const folder = (): string => {
    folders.push(mkdtempSync(join(tmpdir(), 'cryptopipe-bench-')));
    return folders.at(-1)!;
  };
  try {
    const log = folder();
    const floors = folder();
    show(
      'append (300 bytes)',
      inItsOwnProcess('append', log, count),
      inItsOwnProcess('append: lmdb alone', floors, count),
    );
    show(
      'read and parse',
      inItsOwnProcess('read', log, count),
      inItsOwnProcess('read: JSON.parse alone', floors, count),
    );
    for (const times of [1, 3]) {
      const dir = folder();
      const records = times * count;
      const name = times === 1 ? '' : `, ${number(records)} records`;
      inItsOwnProcess('prices (filling)', dir, records);
      show(
        `candles${name}`,
        inItsOwnProcess('candles', dir, records),
        times === 1 ? inItsOwnProcess('candles: JSON.parse and a Map fold', floors, count) : undefined,
      );
      show(
        `lake${name}`,
        inItsOwnProcess('lake', dir, records),
        times === 1 ? inItsOwnProcess('lake: parquetjs-lite alone', floors, count) : undefined,
      );
    }
    const posts = folder();
    const postCount = Math.max(1, Math.round(count * 0.15));
    inItsOwnProcess('posts (filling)', posts, postCount);
    show(
      `select, ${number(postCount)} posts`,
      inItsOwnProcess('select', posts, postCount),
      inItsOwnProcess('select: JSON.parse alone', floors, postCount),
    );
    console.log();
    const program = join(script!, '..', 'cryptopipe.cjs');
    const idle = folder();
    execFileSync(process.execPath, [program, 'process', '--once'], { cwd: idle, stdio: 'ignore' });
    startup('cryptopipe --version', [program, '--version'], idle);
    startup('process --once, nothing new', [program, 'process', '--once'], idle);
  } finally {
    for (const dir of folders) rmSync(dir, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  if (args[0] === '--stage') {
    const [, stage, dir, count] = args;
    console.log(JSON.stringify(await STAGES[stage!]!(dir!, Number(count))));
    return;
  }
  suite(Number(args[0] ?? 2_000_000));
  const rated = '../shared/data/sentiment/vader-tweets_GroundTruth.txt';
  console.log();
  if (existsSync(rated))
    console.log(`sentiment, Pearson correlation with the human means: ${JSON.stringify(correlation(rated))}`);
  else console.log(`sentiment: ${rated} is not here, so there is nothing to compare with`);
}

void main();
