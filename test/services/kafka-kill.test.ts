import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKafkaLog } from '../../src/log/kafka/open.ts';
import { readKafkaSettings } from '../../src/log/kafka/settings/read-settings.ts';
import type { Log } from '../../src/log/log.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { slowest } from '../limits.ts';
import { type KafkaCluster, startKafka } from './kafka/cluster.ts';
import { checkResults } from './kill/check-results.ts';
import { RATE } from './kill/input.ts';
import { groupMembership } from './kill/instances.ts';
import { makeTopics } from './kill/pipeline.ts';
import { disturb, say } from './kill/run.ts';

/**
 * Runs for five minutes; KILL_SECONDS=60 shortens it for manual runs. `select` and `join` drop repeats, so input that is read
 * twice shows up first in `candles`, which counts everything.
 */
const SECONDS = Number(process.env.KILL_SECONDS || 300);
const SEED = Number(process.env.KILL_SEED || 4);
const BROKERS = 3;
const START_MS = slowest(120_000);

/** The writer's warnings and their counts. */
const warnings = new Map<string, number>();
let folder: string;
let cluster: KafkaCluster;
let log: Log;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cryptopipe-kill-'));
  cluster = await startKafka({ nodes: BROKERS });
  const { settings, problems } = readKafkaSettings({
    brokers: cluster.bootstrap.split(','),
    query: {},
    options: {},
    env: {},
    readFile: () => '',
  });
  if (settings === undefined) throw new Error(JSON.stringify(problems));
  const warn = (message: string) => void warnings.set(message, 1 + (warnings.get(message) ?? 0));
  log = await openKafkaLog(settings, { app: 'kill-test', maxWaitMs: 60_000, warn }, systemClock);
}, START_MS);

afterAll(async () => {
  await log?.close();
  await cluster?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, START_MS);

test('three processes and three brokers, killed, frozen and replaced at random, neither lose nor duplicate records', {
  timeout: SECONDS * 1000 + slowest(420_000),
}, async () => {
  const bus = `kafka://${cluster.bootstrap}`;
  const program = resolve('dist/cryptopipe.cjs');
  const client = new Kafka({ brokers: cluster.bootstrap.split(','), logLevel: logLevel.NOTHING });
  const members = groupMembership(client);
  await makeTopics(log, BROKERS);
  const stderr = join(folder, 'stderr');
  mkdirSync(stderr);
  const setup = {
    log,
    bus,
    program,
    brokers: { count: BROKERS, kill: cluster.kill, start: cluster.start },
    members,
    folder: stderr,
    clock: systemClock,
  };

  const { acknowledged, appended, faultCounts } = await disturb(setup, SECONDS, SEED);
  say(`faults: ${[...faultCounts].map(([kind, count]) => `${kind} ${count}`).join(', ')}`);
  for (const [message, count] of warnings) say(`writer, ${count} times: ${message}`);
  say(`input: ${acknowledged} acknowledged, ${appended} in the topics`);
  const { outputs, states } = await checkResults(setup);
  for (const one of states) say(`state: ${JSON.stringify(one)}`);
  for (const one of outputs) say(`output: ${JSON.stringify(one)}`);

  expect(acknowledged).toBe(SECONDS * RATE);
  // The source may repeat records in its topic (delivery there is at least once); both runs read the same topic.
  expect(appended).toBeGreaterThanOrEqual(acknowledged);
  for (const { of, keys, unread, differing, samples } of states) {
    expect({ of, unread, differing, samples }).toEqual({ of, unread: 0, differing: 0, samples: [] });
    expect(keys).toBeGreaterThan(0);
  }
  for (const { topic, undisturbed, disturbed, lost, doubled, foreign, samples } of outputs) {
    expect({ topic, lost, doubled, foreign, samples }).toEqual({
      topic,
      lost: 0,
      doubled: 0,
      foreign: 0,
      samples: [],
    });
    expect(disturbed).toBe(undisturbed);
    expect(undisturbed).toBeGreaterThan(SECONDS);
  }
});
