import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { UserError } from '../../core/errors.ts';
import type { Clock } from '../../core/util/clock.ts';
import { murmur2 } from '../../core/util/hash.ts';
import { isObject } from '../../core/util/json.ts';
import { withTimeout } from '../../core/util/timeout.ts';
import type { StageScorer } from '../../runtime/input/scores-ahead.ts';

const BATCH = 256;
/** A batch is sent at most this often, each time to a new process. */
const TRIES = 3;
const ANSWER_MS = 120_000;

interface ScoreCommandContext {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly warn: (message: string) => void;
}

/** Ended before it answered, or too late: a new process may do better. */
class NoAnswer extends Error {}

const invalid = (command: string, line: string, why: string): UserError =>
  new UserError(
    'failed',
    `'${command}' answered ${JSON.stringify(line.slice(0, 100))}: ${why}`,
    'Write one line {"id": ..., "score": ...} for each line read, in their order, with a score from -1 to 1; write all else to standard error.',
  );

function scoreOf(command: string, line: string, id: number): number {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw invalid(command, line, 'it is not JSON');
  }
  if (!isObject(value) || value.id !== id)
    throw invalid(command, line, `the answer to id ${id} was expected`);
  const { score } = value;
  if (typeof score !== 'number' || !(Math.abs(score) <= 1))
    throw invalid(command, line, 'its score is no number from -1 to 1');
  return Math.round(score * 10_000) / 10_000;
}

/**
 * Scores texts by a shell command that reads lines `{"id", "text"}` and answers each with a line `{"id", "score"}`, in their
 * order. One batch of 256 is in work at a time, whoever asks. If the process ends, or takes longer than two minutes for a batch, a new
 * one is started and receives the batch again, at most twice. Throws UserError `failed`.
 */
export function scoreCommand(command: string, { clock, warn }: ScoreCommandContext): StageScorer {
  const counts = { texts: 0, batches: 0, restarts: 0 };
  let isClosed = false;
  /** Ends when the calls so far have their scores. */
  let turn: Promise<unknown> = Promise.resolve();
  let running: { child: ChildProcessWithoutNullStreams; lines: AsyncIterator<string> } | undefined;

  const stop = (): void => {
    running?.child.stdin.destroy();
    running?.child.kill();
    running = undefined;
  };

  function start() {
    const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => {});
    child.on('error', () => {});
    child.stderr.pipe(process.stderr, { end: false });
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  }

  async function answer(texts: readonly string[], first: number): Promise<number[]> {
    if (isClosed) throw new Error(`'${command}' has been closed`);
    running ??= start();
    const { child, lines } = running;
    const request = texts.map((text, at) => `${JSON.stringify({ id: first + at, text })}\n`).join('');
    if (!child.stdin.write(request)) void once(child.stdin, 'drain').catch(() => {});
    const scores: number[] = [];
    while (scores.length < texts.length) {
      const { value, done } = await lines.next();
      if (done === true) throw new NoAnswer('ended before it had answered');
      if (value.trim() !== '') scores.push(scoreOf(command, value, first + scores.length));
    }
    return scores;
  }

  async function scoreBatch(texts: readonly string[], first: number): Promise<readonly number[]> {
    for (let tries = 1; ; tries++)
      try {
        return await withTimeout(clock, ANSWER_MS, answer(texts, first), () => {
          throw new NoAnswer(`took longer than ${ANSWER_MS / 1000} s for ${texts.length} texts`);
        });
      } catch (error) {
        stop();
        if (isClosed || !(error instanceof NoAnswer)) throw error;
        if (tries === TRIES)
          throw new UserError(
            'failed',
            `'${command}' ${error.message}, ${TRIES} times`,
            'Try the command by hand with a line {"id": 1, "text": "..."}; it must read until its input ends.',
          );
        counts.restarts++;
        warn(`'${command}' ${error.message}; it is started again`);
      }
  }

  async function scoreAll(texts: readonly string[]): Promise<readonly number[]> {
    const all: number[] = [];
    for (let from = 0; from < texts.length; from += BATCH) {
      const batch = texts.slice(from, from + BATCH);
      all.push(...(await scoreBatch(batch, counts.texts)));
      counts.texts += batch.length;
      counts.batches++;
    }
    return all;
  }

  return {
    name: `command+${(murmur2(command) >>> 0).toString(16).padStart(8, '0')}`,
    scores(texts) {
      const scores = turn.then(() => scoreAll(texts));
      turn = scores.catch(() => {});
      return scores;
    },
    counts: () => ({ ...counts }),
    close() {
      isClosed = true;
      stop();
    },
  };
}
