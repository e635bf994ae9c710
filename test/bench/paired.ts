import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { benchPosts } from './posts.ts';
import { benchQuotes, benchRates } from './quotes.ts';

/** Arguments of Node, first the script. */
type Command = readonly string[];

/** What is run of one build; its folder (`dir`) holds what `fill` of the same build left there. */
interface PairedStage {
  readonly fill: readonly ((build: Build, dir: string) => Command)[];
  readonly run: (build: Build, dir: string) => Command;
}

/** A folder with `dist/bench.cjs` and `dist/cryptopipe.cjs`. */
class Build {
  constructor(readonly folder: string) {}

  stage(name: string, dir: string, count: number): Command {
    return [join(this.folder, 'dist', 'bench.cjs'), '--stage', name, dir, String(count)];
  }

  cli(...args: readonly string[]): Command {
    return [join(this.folder, 'dist', 'cryptopipe.cjs'), ...args, '--quiet'];
  }
}

const bus = (dir: string): readonly string[] => ['--bus', `local:${join(dir, 'bus')}`];

/** Input files are written once and lie in `files`. */
function stages(files: string, count: number): Readonly<Record<string, PairedStage>> {
  const posts = Math.round(count * 0.12);
  const produce = (what: string, file: string, ...more: readonly string[]) => {
    const source = ['--source', 'file', '--file', join(files, file), ...more];
    return (build: Build, dir: string) => build.cli('produce', what, ...source, ...bus(dir));
  };
  const stage =
    (name: string, records: number) =>
    (build: Build, dir: string): Command =>
      build.stage(name, dir, records);
  return {
    append: { fill: [], run: stage('append', 2 * count) },
    read: { fill: [stage('append', 2 * count)], run: stage('read', 2 * count) },
    select: { fill: [stage('posts (filling)', posts)], run: stage('select', posts) },
    candles: { fill: [stage('prices (filling)', count)], run: stage('candles', count) },
    lake: { fill: [stage('prices (filling)', count)], run: stage('lake', count) },
    join: {
      fill: [produce('prices', 'quotes.jsonl'), produce('prices', 'rates.jsonl', '--topic', 'prices-wallex')],
      run: (build, dir) => build.cli('process', 'join', '--once', ...bus(dir)),
    },
    'import of posts': { fill: [], run: produce('tweets', 'posts.jsonl') },
    'import of prices': { fill: [], run: produce('prices', 'quotes.jsonl') },
  };
}

function writeLines(path: string, lines: Iterable<string>): void {
  writeFileSync(path, `${[...lines].join('\n')}\n`);
}

/** Runs a command; returns its user CPU time in seconds, of all threads. */
function userSeconds(command: Command, hook: string): number {
  const written = `${hook}.time`;
  execFileSync(process.execPath, ['--require', hook, ...command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, BENCH_CPU: written },
  });
  return Number(readFileSync(written, 'utf8')) / 1e6;
}

const HOOK =
  "process.on('exit', () => require('node:fs').writeFileSync(process.env.BENCH_CPU, String(process.cpuUsage().user)));";

const least = (times: readonly number[]): number => Math.min(...times);
const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;

const row = (name: string, ...cells: readonly string[]): string =>
  name.padEnd(18) + cells.map((cell) => cell.padStart(14)).join('');

/**
 * Compares the user CPU time of this build with that of another one in the folder `other`, alternating between them.
 * Each build fills its own log, and each run gets a fresh copy. `only`: names of stages; all without one.
 */
export async function compareBuilds(
  ours: string,
  other: string,
  { runs, count, only }: { readonly runs: number; readonly count: number; readonly only: readonly string[] },
): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'cryptopipe-paired-'));
  const hook = join(work, 'cpu.cjs');
  const builds = [new Build(resolve(other)), new Build(ours)];
  try {
    writeFileSync(hook, HOOK);
    writeLines(join(work, 'posts.jsonl'), benchPosts(Math.round(count * 0.12)));
    writeLines(join(work, 'quotes.jsonl'), benchQuotes(count));
    writeLines(join(work, 'rates.jsonl'), benchRates(count));
    console.log(`user CPU seconds of ${runs} runs, alternating\n`);
    console.log(
      row('stage', 'other, median', 'ours, median', 'ratio', 'other, least', 'ours, least', 'ratio'),
    );
    for (const [name, { fill, run }] of Object.entries(stages(work, count))) {
      if (only.length > 0 && !only.includes(name)) continue;
      const filled = builds.map((build, i) => {
        const dir = mkdtempSync(join(work, `filled-${i}-`));
        for (const step of fill) userSeconds(step(build, dir), hook);
        return dir;
      });
      const times: number[][] = [[], []];
      for (let i = 0; i < runs; i++) {
        for (const which of i % 2 === 0 ? [0, 1] : [1, 0]) {
          const dir = join(work, 'run');
          cpSync(filled[which]!, dir, { recursive: true });
          times[which]!.push(userSeconds(run(builds[which]!, dir), hook));
          rmSync(dir, { recursive: true });
        }
      }
      for (const dir of filled) rmSync(dir, { recursive: true });
      const cells = [median, least].flatMap((of) => {
        const [before, after] = times.map(of) as [number, number];
        return [before.toFixed(2), after.toFixed(2), (after / before).toFixed(3)];
      });
      console.log(row(name, ...cells));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
