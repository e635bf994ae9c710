import { expect, test } from 'vitest';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { sandbox } from '../e2e/cli.ts';
import { slowest } from '../limits.ts';
import { ownKafkaFixture } from './kafka-helpers/fixture.ts';
import { longestGaps } from './kafka-helpers/gaps.ts';
import { rejectsOf } from './kafka-helpers/junk.ts';
import { PER_TICK, pipeline } from './kafka-helpers/pipeline.ts';
import { takeoverTests } from './kafka-helpers/takeover.ts';

const SESSION_MS = 6000;
const SHORT_SESSION = `session-timeout=${SESSION_MS / 1000}s,heartbeat=1s`;
/** The process may notice either first: the expulsion from its group or the fenced transaction. */
const WHY =
  /partition \d of frozen\.candles was taken from this process: the group received no heartbeat for 6s; nothing more was committed|transaction of frozen\.candles\.\d was not committed: another process took over/;

const fixture = ownKafkaFixture({ nodes: 1 });
const { start } = sandbox();

test('a process frozen past its session timeout commits none of its old work, logs the reason and continues', async () => {
  const frozen = await pipeline(fixture, start, 'frozen');
  const [zombie, other] = [frozen.start(SHORT_SESSION), frozen.start(SHORT_SESSION)];
  await frozen.shared(2);
  const fed = await frozen.feed();
  zombie.child.kill('SIGSTOP');
  await frozen.shared(1);
  await frozen.caughtUp();
  zombie.child.kill('SIGCONT');
  await frozen.shared(2);
  await frozen.caughtUp();
  const ticks = await fed.stop();
  await frozen.caughtUp();
  expect([zombie.child.exitCode, other.child.exitCode]).toEqual([null, null]);
  for (const { child } of [zombie, other]) child.kill('SIGTERM');
  const [ofZombie, ofOther] = await Promise.all([zombie.done, other.done]);
  console.log(`stderr of the zombie:\n${ofZombie.stderr}`);
  expect([ofZombie.code, ofOther.code]).toEqual([0, 0]);
  expect(ofZombie.stderr).toMatch(WHY);
  expect(ofOther.stderr).not.toMatch(WHY);
  expect(await frozen.eachOnce()).toBe(ticks * PER_TICK);
});

test('partitions are processed again within 3 s of a clean stop, and within a session timeout plus 3 s of a kill -9', async () => {
  const handed = await pipeline(fixture, start, 'handed');
  const pauses = async (since: number) => longestGaps(await rejectsOf(fixture.log, 'handed'), since);
  const [leaver, other] = [handed.start(SHORT_SESSION), handed.start(SHORT_SESSION)];
  await handed.shared(2);
  const fed = await handed.feed();

  const stopped = systemClock.now();
  leaver.child.kill('SIGTERM');
  await handed.shared(1);
  await handed.caughtUp();
  const clean = await pauses(stopped);
  expect((await leaver.done).code).toBe(0);

  const came = systemClock.now();
  const member = handed.start(SHORT_SESSION);
  await handed.shared(2);
  await handed.caughtUp();
  const joined = await pauses(came);

  const killed = systemClock.now();
  member.child.kill('SIGKILL');
  await handed.shared(1);
  await handed.caughtUp();
  const hard = await pauses(killed);

  const ticks = await fed.stop();
  other.child.kill('SIGTERM');
  expect((await other.done).code).toBe(0);
  console.log(`longest pause of each partition, ms: clean stop ${clean}; join ${joined}; kill -9 ${hard}`);
  expect(await handed.eachOnce()).toBe(ticks * PER_TICK);
  expect(Math.max(...clean)).toBeLessThanOrEqual(slowest(3000));
  expect(Math.max(...hard)).toBeLessThanOrEqual(SESSION_MS + slowest(3000));
});

takeoverTests(fixture);
