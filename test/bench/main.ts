import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { serveTasks } from '../../src/cli/process/worker-threads.ts';
import { startKafka } from '../services/kafka/cluster.ts';
import { startMinio } from '../services/minio/server.ts';
import { startMongo } from '../services/mongo/server.ts';
import { CMC_STAGES } from './coinmarketcap.ts';
import { ENCODING_STAGES } from './encodings.ts';
import { FILE_STAGES } from './files.ts';
import { KAFKA_STAGES } from './kafka-stages.ts';
import { KEY_STAGES, showKeyMemory } from './key-memory.ts';
import { BINANCE_STAGES } from './keyless/binance.ts';
import { BLUESKY_STAGES } from './keyless/bluesky.ts';
import type { Measured } from './measure.ts';
import { MONGO_STAGES } from './mongo.ts';
import { MONTH_STAGES, processMonth } from './month.ts';
import { compareBuilds } from './paired.ts';
import { relevanceTable } from './relevance.ts';
import { S3_STAGES } from './s3-stages.ts';
import { correlation } from './sentiment.ts';
import { STAGES } from './stages.ts';
import { X_STAGES } from './x.ts';

/*
 * npm run bench [records] [local] [files] [live] [keyless] [month] [keys] [kafka] [s3] [mongo] [relevance]: every stage in its own process beside its floor (the raw library, an empty loop) in the
 * same run. Read the rates as ratios: machines are shared. Peak memory is RssAnon, without the log's mapped pages.
 *
 * npm run bench paired FOLDER [runs] [records] [stages]: user CPU beside another build's, in whose FOLDER dist/ was made.
 */
const [, script, ...args] = process.argv;

/** The same stage in two processes of one group, over half of the partitions each. */
async function inTwoProcesses(stage: string, dir: string, count: number): Promise<Measured> {
  const run = promisify(execFile);
  const parts = await Promise.all(
    [0, 1].map(async () => {
      const { stdout } = await run(process.execPath, [script!, '--stage', stage, dir, String(count)]);
      return JSON.parse(stdout) as Measured;
    }),
  );
  const seconds = Math.max(...parts.map((part) => part.seconds));
  const done = parts.reduce((sum, part) => sum + part.perSecond * part.seconds, 0);
  return {
    name: stage,
    seconds,
    perSecond: done / seconds,
    peakMb: Math.max(...parts.map((part) => part.peakMb)),
  };
}

function inItsOwnProcess(stage: string, dir: string, count: number): Measured {
  const out = execFileSync(process.execPath, [script!, '--stage', stage, dir, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(out.toString()) as Measured;
}

/** Candles and the lake run at several sizes, since their memory must not grow with the data. */
const SIZES = [1, 2, 3];

const number = (value: number): string => Math.round(value).toLocaleString('en');
const row = (...cells: string[]): string =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(34) : cell.padStart(14))).join('');

function show(stage: string, measured: Measured, floor?: Measured): void {
  const percent = floor ? `${Math.round((100 * measured.perSecond) / floor.perSecond)} %` : '';
  console.log(
    row(
      stage,
      `${number(measured.perSecond)}/s`,
      floor ? `${number(floor.perSecond)}/s` : '',
      percent,
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

async function suite(count: number): Promise<void> {
  console.log(`${number(count)} records a stage, Node ${process.version}\n`);
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
    const priceFloors = [
      inItsOwnProcess('candles: JSON.parse and a Map', floors, count),
      inItsOwnProcess('lake: parquetjs-lite alone', floors, count),
    ];
    for (const records of SIZES.map((size) => size * count)) {
      const dir = folder();
      inItsOwnProcess('prices (filling)', dir, records);
      show(`candles, ${number(records)}`, inItsOwnProcess('candles', dir, records), priceFloors[0]);
      show(`lake, ${number(records)}`, inItsOwnProcess('lake', dir, records), priceFloors[1]);
      rmSync(dir, { recursive: true, force: true });
    }
    const postCount = Math.max(1, Math.round(count * 0.3));
    const posts = folder();
    inItsOwnProcess('posts (filling)', posts, postCount);
    const floor = inItsOwnProcess('select: JSON.parse alone', floors, postCount);
    show(`select, ${number(postCount)} posts`, inItsOwnProcess('select', posts, postCount), floor);
    const threads = folder();
    inItsOwnProcess('posts (filling)', threads, postCount);
    show('  two worker threads', inItsOwnProcess('select, two workers', threads, postCount), floor);
    const onePartition = folder();
    inItsOwnProcess('posts of one partition (filling)', onePartition, postCount);
    show(
      '  near duplicates dropped',
      inItsOwnProcess('select, near duplicates', onePartition, postCount),
      floor,
    );
    rmSync(onePartition, { recursive: true, force: true });
    const shared = folder();
    inItsOwnProcess('posts (filling)', shared, postCount);
    show('  two processes, peak of each', await inTwoProcesses('select, sharing', shared, postCount), floor);
    const coded = inItsOwnProcess('batch: encode and decode', floors, 4 * count);
    show(
      'encode, decode; checksums alone',
      coded,
      inItsOwnProcess('batch: both checksums alone', floors, 4 * count),
    );
    const [words, plain] = ['dictionary', 'plain'].map((kind) =>
      inItsOwnProcess(`page: ${kind}`, floors, 8 * count),
    );
    show('Parquet dictionary; plain', words!, plain);
    const [bytes, plainBytes] = [words!, plain!].map(({ bytesPerRow }) => `${bytesPerRow!.toFixed(2)} B`);
    console.log(row('  bytes a row', bytes!, plainBytes!));
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

/** The same over one broker, beside kafkajs alone. `BENCH_KAFKA=host:port` names one that runs already. */
async function kafkaSuite(count: number): Promise<void> {
  const external = process.env.BENCH_KAFKA;
  const cluster =
    external === undefined ? await startKafka({ nodes: 1, throughput: true, heap: '1g' }) : undefined;
  const bootstrap = external ?? cluster!.bootstrap;
  const run = (stage: string, records = count) => inItsOwnProcess(`kafka: ${stage}`, bootstrap, records);
  try {
    console.log(`\non Kafka, one broker, 6 partitions, exactly once, a commit every 200 ms\n`);
    run('topics (filling)');
    const produced = run('kafkajs produce', count / 4);
    show('append (200 bytes, 1,000 at once)', run('append'), produced);
    show('  compressed by gzip', run('append, gzip'), produced);
    show(`candles, ${number(count)}`, run('candles'), run('kafkajs consume, parse, aggregate'));
    show('pass-through task', run('pass'), produced);
    show(`select, ${number(count * 0.15)} posts`, run('select'), run('kafkajs consume, parse'));
  } finally {
    await cluster?.close();
  }
}

/** The lake on MinIO, from the embedded log and from Kafka: 50 coins and 30 days are 1,500 folders. */
async function s3Suite(count: number): Promise<void> {
  const minio = await startMinio();
  const cluster = await startKafka({ nodes: 1, throughput: true, heap: '512m' });
  const dir = mkdtempSync(join(tmpdir(), 'cryptopipe-bench-'));
  const posts = Math.round(count * 0.15);
  const run = (stage: string, bus: string, records: number) =>
    inItsOwnProcess(`s3: ${stage}`, `${minio.endpoint} ${bus}`, records);
  try {
    console.log('\non MinIO, Delta tables, files and log entries put conditionally\n');
    inItsOwnProcess('prices (filling)', dir, count);
    const prices = run('prices', dir, count);
    show(`prices, ${number(count)}`, prices, run('puts alone', dir, count));
    run('posts (filling)', dir, posts);
    show(`posts, ${number(posts)}`, run('posts', dir, posts));
    inItsOwnProcess('kafka: topics (filling)', cluster.bootstrap, count);
    show('prices from Kafka', run('prices from Kafka', cluster.bootstrap, count));
  } finally {
    await minio.close();
    await cluster.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** FerretDB takes some thousand documents a second: the ratio is what counts. */
async function mongoSuite(count: number): Promise<void> {
  const server = await startMongo();
  const dir = mkdtempSync(join(tmpdir(), 'cryptopipe-bench-'));
  const run = (stage: string) => inItsOwnProcess(`mongo: ${stage}`, `${server.url} ${dir}`, count);
  try {
    console.log('\non a MongoDB-wire server (FerretDB on SQLite), in bulks of 1,000\n');
    inItsOwnProcess('prices (filling)', dir, count);
    const sink = run('sink');
    show(`prices, ${number(count)}, beside inserts alone`, sink, run('inserts alone'));
    show('  beside upserts alone', sink, run('upserts alone'));
  } finally {
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Candles of bars beside JSON.parse of the same bars. */
function barSuite(count: number): void {
  const dir = mkdtempSync(join(tmpdir(), 'cryptopipe-bench-'));
  try {
    console.log('\ncandles of bars, beside JSON.parse of the same bars\n');
    const floor = inItsOwnProcess('candles of bars: JSON.parse alone', dir, count);
    for (const stage of ['candles of bars', 'candles of bars, two workers']) {
      const log = join(dir, stage);
      inItsOwnProcess('bars (filling)', log, count);
      show(stage, inItsOwnProcess(stage, log, count), floor);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Files of bars, in rows. Memory must be the same for ten times as many. */
async function fileSuite(count: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'cryptopipe-bench-'));
  try {
    console.log('\nfiles of bars, beside a plain split, JSON.stringify and JSON.parse of the same rows\n');
    for (const rows of [count, 10 * count]) {
      const run = (stage: string) => inItsOwnProcess(`files: ${stage}`, dir, rows);
      run('(writing)');
      const floor = inItsOwnProcess('files: split, JSON.stringify and JSON.parse alone', dir, count);
      show(`CSV to records, ${number(rows)}`, run('CSV to records'), floor);
      show('  newest first', run('newest first to records'), floor);
      show('  to the topic', run('CSV to topic'), floor);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Live sources: posts of X's stream, and answers of CoinMarketCap of 5,000 rows, counted in rows. */
async function liveSuite(count: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'cryptopipe-bench-'));
  const run = (stage: string, records: number) => inItsOwnProcess(stage, dir, records);
  const rows = Math.max(1, Math.round(count / 25_000)) * 5000;
  try {
    console.log('\nlive sources, from a server on this machine\n');
    const parse = run('x: JSON.parse alone', count / 5);
    show(`X's stream to records, ${number(count / 5)}`, run('x: stream to records', count / 5), parse);
    show('  from a socket to its topic', run('x: socket to topic', count / 5), parse);
    const answers = run('coinmarketcap: answer to topic', rows);
    show(`CoinMarketCap, ${number(rows)} rows`, answers, run('coinmarketcap: JSON.parse alone', rows));
    console.log(row('  an answer of 5,000 rows', `${number(5_000_000 / answers.perSecond)} ms`));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Sources without a key: events of Jetstream, and a year of bars from Binance's files. */
async function keylessSuite(count: number): Promise<void> {
  const folders = Array.from({ length: 3 }, () => mkdtempSync(join(tmpdir(), 'cryptopipe-bench-')));
  const took = (name: string, { seconds, cpuSeconds = 0 }: Measured): void =>
    console.log(row(`  ${name}`, `${seconds.toFixed(1)} s`, '', '', `${cpuSeconds.toFixed(1)} s CPU`));
  try {
    console.log('\nsources without a key, from a server in the same process\n');
    const events = inItsOwnProcess('bluesky: socket to topic', folders[0]!, count);
    show(
      'Jetstream, filtered to a topic',
      events,
      inItsOwnProcess('bluesky: JSON.parse alone', folders[0]!, count),
    );
    took(`${number(count)} events`, events);
    const bars = Math.min(Math.ceil(0.525_6 * count), 525_600);
    const floor = inItsOwnProcess('binance: unzip, split and Number alone', folders[0]!, bars);
    const [toTopic, toCandles] = ['topic', 'candles'].map((end, index) =>
      inItsOwnProcess(`binance: dumps to ${end}`, folders[index + 1]!, bars),
    );
    for (const [end, measured] of [['topic', toTopic!] as const, ['candles', toCandles!] as const]) {
      show(`Binance's files to ${end}`, measured, floor);
      took(`${number(bars)} bars`, measured);
    }
  } finally {
    for (const dir of folders) rmSync(dir, { recursive: true, force: true });
  }
}

/** Memory of `candles` by the number of its keys. `BENCH_PROGRAMS=a.cjs,b.cjs` names other builds to measure in the same run. */
async function keysSuite(count: number): Promise<void> {
  const others = process.env.BENCH_PROGRAMS?.split(',') ?? [];
  console.log(`\ncandles of ${number(count)} pairs\n`);
  await showKeyMemory(count, [...others, join(script!, '..', 'cryptopipe.cjs')], inItsOwnProcess);
}

/** A month of prices and twice as many posts as records asked for, through all processors; a second run finds nothing to do. */
async function monthSuite(count: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'cryptopipe-bench-'));
  const posts = 2 * count;
  try {
    console.log(`\na month: bars of a minute of ten coins, ${number(posts)} posts, all processors\n`);
    inItsOwnProcess('month (filling)', dir, posts);
    for (const label of ['process --once', '  a second time']) {
      const run = await processMonth(join(script!, '..', 'cryptopipe.cjs'), dir);
      const read = run.stages.reduce((sum, stage) => sum + stage.in, 0);
      const cells = [`${run.seconds.toFixed(1)} s`, `${run.cpuSeconds.toFixed(1)} s CPU`];
      console.log(row(label, ...cells, `${number(read)} read`, `${number(run.peakMb)} MB`));
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What few picks are worth: users of the sample with tastes of their own. */
async function relevanceSuite(): Promise<void> {
  console.log('\nrelevance: AUC by the number of picks, means of simulated users of the sample\n');
  for (const line of relevanceTable()) console.log(line);
}

/** By the name that selects one; all run without a name. */
const SUITES: Readonly<Record<string, (count: number) => Promise<void>>> = {
  local: suite,
  files: fileSuite,
  bars: async (count) => barSuite(count),
  live: liveSuite,
  month: monthSuite,
  keyless: keylessSuite,
  keys: (count) => keysSuite(count / 10),
  kafka: (count) => kafkaSuite(2 * count),
  s3: s3Suite,
  mongo: (count) => mongoSuite(count / 10),
  relevance: relevanceSuite,
};

async function main(): Promise<void> {
  if (args[0] === '--stage') {
    const [, stage, dir, count] = args;
    console.log(
      JSON.stringify(
        await {
          ...STAGES,
          ...ENCODING_STAGES,
          ...FILE_STAGES,
          ...X_STAGES,
          ...CMC_STAGES,
          ...BLUESKY_STAGES,
          ...BINANCE_STAGES,
          ...KAFKA_STAGES,
          ...KEY_STAGES,
          ...MONTH_STAGES,
          ...S3_STAGES,
          ...MONGO_STAGES,
        }[stage!]!(dir!, Number(count)),
      ),
    );
    return;
  }
  if (args[0] === 'paired') {
    const [, folder, runs = '9', count = '500000', ...only] = args;
    const ours = dirname(dirname(script!));
    return compareBuilds(ours, folder!, { runs: Number(runs), count: Number(count), only });
  }
  const [first = '1000000', ...only] = args;
  for (const [name, run] of Object.entries(SUITES))
    if (only.length === 0 || only.includes(name)) await run(Number(first));
  const rated = '../shared/data/sentiment/vader-tweets_GroundTruth.txt';
  console.log();
  if (existsSync(rated))
    console.log(`sentiment, Pearson correlation with the human means: ${JSON.stringify(correlation(rated))}`);
  else console.log(`sentiment: ${rated} is missing, so the model cannot be compared`);
}

// As on the command line: silences the SDK's warnings.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// A worker thread of a stage runs this file, too.
void (isMainThread ? main() : serveTasks());
